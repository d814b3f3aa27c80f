// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors

/// \file
/// Outlines: what the program reads of the objects that its pointers lead to.
///
/// Pointers of a function that are constants away from each other, also in
/// turns of a loop, point into one object. A load through one of them is a
/// piece of the object; a pointer loaded is a link to another object, which
/// for a list is the same one. What a function does with an argument is also
/// done to the objects that its callers hand over. The runtime follows the
/// links in one call of the agent (FOLLOW in wire.h) when a page is missing.
///
/// All of it is a guess that costs time when it is wrong, and nothing else.
#define FATHOM_ABI_TYPES_ONLY
#include "fathom/abi.h"

#include "Fathom.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Operator.h"

#include <map>
#include <set>

using namespace llvm;

namespace fathom {

static_assert(sizeof(struct fathom_outline) == 32 &&
                  offsetof(struct fathom_outline, links) == 8 &&
                  offsetof(struct fathom_outline, piece_count) == 16 &&
                  offsetof(struct fathom_outline, window) == 24 &&
                  sizeof(struct fathom_outline_piece) == 8 &&
                  sizeof(struct fathom_outline_link) == 24,
              "emitted outlines have the shape that abi.h gives");

/// Farther from an object's start nothing is a member of it.
static constexpr int64_t MaxOffset = 1 << 20;
/// Pieces this near to one another are one.
static constexpr int64_t MaxGap = 256;
/// Of one outline: more would not fit into the agent's requests.
static constexpr size_t MaxPieces = 32, MaxLinks = 32;
/// Bytes of a string, or of a process's memory, if nothing else is known.
static constexpr int64_t TextSize = 16, UserSize = 256;
/// An object without links that is smaller comes with its page anyway.
static constexpr int64_t SmallObject = 512;
/// Of the objects that flags in the low bits of a pointer leave room for.
static constexpr int64_t MaxAlignment = 8;
/// Values looked at for where a page table's address comes from.
static constexpr unsigned MaxBehind = 32;
/// Depth of calls whose accesses are their callers' too, and of pointers that
/// are loaded twice.
static constexpr unsigned MaxRounds = 6;

namespace {

using Id = unsigned;

/// A value, as its distance from another one.
struct Member {
  Id Of;
  int64_t Delta;
};

struct Piece {
  int64_t Offset, Size;
  bool operator<(const Piece &P) const {
    return std::tie(Offset, Size) < std::tie(P.Offset, P.Size);
  }
};

struct Link {
  int64_t Offset;
  Id To; ///< the object, by the member that all others are told from
  int64_t Delta;
  bool IsUser; ///< of a process, by the page table that Root points to
  int64_t Root;
  bool operator<(const Link &L) const {
    return std::tie(Offset, To, Delta, IsUser, Root) <
           std::tie(L.Offset, L.To, L.Delta, L.IsUser, L.Root);
  }
};

struct Object {
  std::set<Piece> Pieces;
  std::set<Link> Links;
};

/// One access: \p Value is what is loaded, if it may be a pointer.
struct Load {
  Id Pointer;
  int64_t Size;
  std::optional<Id> Value;
};

/// Memory of a process that is read: fathom_read_space().
struct UserRead {
  const llvm::Value *Root;
  Id Address;
  int64_t Size;
};

} // namespace

struct ObjectGraph {
  Module &M;
  const Classes &C;
  DenseMap<const Value *, Id> Ids;
  DenseMap<const GlobalVariable *, const Value *> Slots; ///< its first load
  std::vector<Member> Members;
  std::vector<Load> Loads;
  std::vector<UserRead> UserReads;
  std::vector<std::pair<Id, Id>> Flows; ///< the first is used as the second
  std::map<Id, Object> Objects;
  std::map<Id, GlobalVariable *> Known;
  StructType *OutlineType, *PieceType, *LinkType;

  ObjectGraph(Module &M, const Classes &C);
  Id id(const Value *V);
  Member find(Id I);
  bool join(Id A, Id B, int64_t Distance);
  void unite(const Value *A, const Value *B, int64_t Distance);
  void visit(const Instruction &I);
  void visitCall(const CallBase &Call);
  void addLoad(const Value *Pointer, int64_t Size, const Value *Result);
  void addUserRead(const CallBase &Call);
  void joinWhatIsLoadedTwice();
  void collectObjects();
  void collectUserReads();
  bool addFlow(Id From, Id To);
  bool isWorthwhile(const Object &O) const;
  GlobalVariable *declare(Id I, SmallVectorImpl<Id> &Undefined);
  void define(Id I, SmallVectorImpl<Id> &Undefined);
  Constant *emit(Id I);
  Constant *table(ArrayRef<Constant *> Entries, StructType *T);
};

//===-- Members of one object ----------------------------------------------===

Id ObjectGraph::id(const Value *V) {
  auto [Entry, IsNew] = Ids.try_emplace(V, Members.size());
  if (IsNew)
    Members.push_back({Entry->second, 0});
  return Entry->second;
}

Member ObjectGraph::find(Id I) {
  Member Result{I, 0};
  while (Members[Result.Of].Of != Result.Of) {
    const Member &Next = Members[Result.Of];
    Result.Delta += Next.Delta;
    Result.Of = Next.Of;
  }
  Members[I] = Result;
  return Result;
}

/// \p A is at \p B + \p Distance. When that contradicts what is known (a
/// pointer that strides through an array), the first word stands.
bool ObjectGraph::join(Id A, Id B, int64_t Distance) {
  Member MA = find(A), MB = find(B);
  if (MA.Of == MB.Of)
    return false;
  Members[MA.Of] = {MB.Of, MB.Delta + Distance - MA.Delta};
  return true;
}

void ObjectGraph::unite(const Value *A, const Value *B, int64_t Distance) {
  if (!isa<Constant>(A) && !isa<Constant>(B) && Distance <= MaxOffset &&
      Distance >= -MaxOffset)
    join(id(A), id(B), Distance);
}

static bool mayBePointer(const Type *T) {
  return T->isPointerTy() || T->isIntegerTy(64);
}

static std::optional<int64_t> constantOf(const Value *V) {
  const auto *C = dyn_cast<ConstantInt>(V);
  if (!C || C->getValue().getSignificantBits() > 63)
    return std::nullopt;
  return C->getSExtValue();
}

//===-- Instructions -------------------------------------------------------===

/// What a phi or select chooses between.
static SmallVector<const Value *, 4> choicesOf(const Instruction &I) {
  SmallVector<const Value *, 4> Result;
  if (isa<PHINode>(I) || isa<SelectInst>(I))
    for (const Use &Choice : I.operands())
      Result.push_back(Choice);
  if (isa<SelectInst>(I))
    Result.erase(Result.begin());
  return Result;
}

/// Is this where the optimizer made one load of two, of members of different
/// objects? (A loop's pointer to its next object is no such choice.)
static bool isChoiceOfMembers(const Value *V) {
  const auto *I = dyn_cast<Instruction>(V);
  if (!I || !all_of(I->users(), [](const User *U) { return isa<LoadInst>(U); }))
    return false;
  bool HasMember = false;
  for (const Value *Choice : choicesOf(*I)) {
    const auto *Member = dyn_cast<GEPOperator>(Choice);
    const auto *Load =
        dyn_cast<LoadInst>(Member ? Member->getPointerOperand() : Choice);
    if (Load && Load->getPointerOperand() == V)
      return false;
    HasMember |= Member && Member->hasAllConstantIndices();
  }
  return HasMember;
}

void ObjectGraph::addLoad(const Value *Pointer, int64_t Size,
                          const Value *Result) {
  if (isChoiceOfMembers(Pointer)) {
    for (const Value *Choice : choicesOf(*cast<Instruction>(Pointer)))
      if (!isChoiceOfMembers(Choice))
        addLoad(Choice, Size, Result);
    return;
  }
  if (C.of(Pointer) == Class::Local || isa<Constant>(Pointer) || Size <= 0)
    return;
  std::optional<Id> Value;
  if (Result && mayBePointer(Result->getType()) && !Result->use_empty())
    Value = id(Result);
  Loads.push_back({id(Pointer), Size, Value});
}

void ObjectGraph::addUserRead(const CallBase &Call) {
  const Value *Address = Call.getArgOperand(1);
  if (!mayBePointer(Address->getType()) || isa<Constant>(Address))
    return;
  std::optional<int64_t> Size = constantOf(Call.getArgOperand(3));
  UserReads.push_back(
      {Call.getArgOperand(0), id(Address),
       Size ? std::clamp<int64_t>(*Size, 1, FATHOM_PAGE_SIZE) : UserSize});
}

void ObjectGraph::visitCall(const CallBase &Call) {
  if (std::optional<unsigned> Operand = identityOperand(Call)) {
    if (mayBePointer(Call.getType()))
      unite(&Call, Call.getArgOperand(*Operand), 0);
    return;
  }
  const auto *Callee = dyn_cast<Function>(Call.getCalledOperand());
  if (!Callee)
    return;
  StringRef Name = Callee->getName();
  if (Name == "fathom_read_space" && Call.arg_size() == 4)
    addUserRead(Call);
  else if (Name == "__fathom_copy" && Call.arg_size() == 5)
    addLoad(
        Call.getArgOperand(1),
        std::min<int64_t>(constantOf(Call.getArgOperand(2)).value_or(TextSize),
                          FATHOM_PAGE_SIZE),
        nullptr);
  else if (isWrapped(Name))
    for (const Value *Argument : Call.args())
      if (Argument->getType()->isPointerTy())
        addLoad(Argument, TextSize, nullptr);
  if (Callee->isDeclaration())
    return;
  // A function with one caller is a part of it.
  bool IsPart = C.Closed.lookup(Callee) && Callee->hasOneUse();
  for (const Argument &A : Callee->args()) {
    if (!mayBePointer(A.getType()) || A.getArgNo() >= Call.arg_size())
      continue;
    const Value *V = Call.getArgOperand(A.getArgNo());
    if (IsPart)
      unite(&A, V, 0);
    else if (!isa<Constant>(V))
      Flows.push_back({id(V), id(&A)});
  }
  if (!mayBePointer(Call.getType()))
    return;
  for (const BasicBlock &Block : *Callee)
    if (const auto *Return = dyn_cast<ReturnInst>(Block.getTerminator()))
      if (Return->getReturnValue() && !isa<Constant>(Return->getReturnValue()))
        Flows.push_back({id(Return->getReturnValue()), id(&Call)});
}

void ObjectGraph::visit(const Instruction &I) {
  if (const auto *Load = dyn_cast<LoadInst>(&I)) {
    TypeSize Size = C.DL.getTypeStoreSize(Load->getType());
    if (const GlobalVariable *Slot = slotOf(Load))
      unite(Load, Slots.try_emplace(Slot, Load).first->second, 0);
    else if (!Size.isScalable())
      addLoad(Load->getPointerOperand(), Size.getFixedValue(), Load);
    return;
  }
  if (const auto *Call = dyn_cast<CallBase>(&I)) {
    visitCall(*Call);
    return;
  }
  if (!mayBePointer(I.getType()))
    return;
  switch (I.getOpcode()) {
  case Instruction::GetElementPtr: {
    APInt Offset(64, 0);
    if (cast<GEPOperator>(I).accumulateConstantOffset(C.DL, Offset))
      unite(&I, I.getOperand(0), Offset.getSExtValue());
    return;
  }
  case Instruction::BitCast:
  case Instruction::AddrSpaceCast:
  case Instruction::Freeze:
  case Instruction::PtrToInt:
  case Instruction::IntToPtr:
    if (mayBePointer(I.getOperand(0)->getType()))
      unite(&I, I.getOperand(0), 0);
    return;
  case Instruction::Add:
    if (std::optional<int64_t> N = constantOf(I.getOperand(1)))
      unite(&I, I.getOperand(0), *N);
    return;
  case Instruction::Sub:
    if (std::optional<int64_t> N = constantOf(I.getOperand(1)))
      unite(&I, I.getOperand(0), -*N);
    return;
  case Instruction::And:
    // A pointer in whose low bits are flags: the agent passes over them.
    if (std::optional<int64_t> N = constantOf(I.getOperand(1)))
      if (*N < 0 && *N >= -MaxAlignment && isPowerOf2_64(-*N))
        unite(&I, I.getOperand(0), 0);
    return;
  case Instruction::PHI:
  case Instruction::Select:
    if (!isChoiceOfMembers(&I))
      for (const Value *Choice : choicesOf(I))
        unite(&I, Choice, 0);
    return;
  default:
    return;
  }
}

//===-- Objects ------------------------------------------------------------===

/// What is done with value \p To is done with \p From, which becomes it.
bool ObjectGraph::addFlow(Id From, Id To) {
  Member F = find(From), T = find(To);
  if (F.Of == T.Of || !Objects.count(T.Of))
    return false;
  int64_t Shift = F.Delta - T.Delta;
  const Object Source = Objects[T.Of];
  Object &O = Objects[F.Of];
  size_t Before = O.Pieces.size() + O.Links.size();
  for (const Piece &P : Source.Pieces)
    if (O.Pieces.size() < 4 * MaxPieces)
      O.Pieces.insert({P.Offset + Shift, P.Size});
  for (const Link &L : Source.Links)
    if (O.Links.size() < 2 * MaxLinks)
      O.Links.insert(
          {L.Offset + Shift, L.To, L.Delta, L.IsUser, L.Root + Shift});
  return O.Pieces.size() + O.Links.size() != Before;
}

/// The loads whose results \p V is computed from, as far as they are near.
static SmallVector<const LoadInst *, 8> loadsBehind(const Value *V) {
  SmallVector<const LoadInst *, 8> Found;
  SmallSetVector<const Value *, MaxBehind> Seen;
  Seen.insert(V);
  for (size_t N = 0; N < Seen.size(); N++) {
    const auto *I = dyn_cast<Instruction>(Seen[N]);
    if (!I || isa<PHINode>(I))
      continue;
    if (const auto *Load = dyn_cast<LoadInst>(I)) {
      Found.push_back(Load);
      continue;
    }
    // At -O0 __pa() is a call.
    const auto *Call = dyn_cast<CallBase>(I);
    for (const Use &Operand : Call ? Call->args() : I->operands())
      if (Seen.size() < MaxBehind)
        Seen.insert(Operand);
  }
  return Found;
}

/// The address of process memory and the page table that it is read through
/// were both loaded from one object: mm_struct.
void ObjectGraph::collectUserReads() {
  for (const UserRead &R : UserReads) {
    Member Address = find(R.Address);
    SmallVector<const LoadInst *, 8> Tables = loadsBehind(R.Root);
    for (const Load &L : Loads) {
      if (!L.Value || find(*L.Value).Of != Address.Of)
        continue;
      Member From = find(L.Pointer);
      for (const LoadInst *Table : Tables) {
        Member Root = find(id(Table->getPointerOperand()));
        if (Root.Of != From.Of || Root.Delta == From.Delta)
          continue;
        // A node for the memory itself: the address is where it starts.
        Objects[Address.Of].Pieces.insert({Address.Delta, R.Size});
        Objects[From.Of].Links.insert(
            {From.Delta, Address.Of, find(*L.Value).Delta, true, Root.Delta});
      }
    }
  }
}

/// A pointer that is loaded at several places leads to the same object; this
/// may tell that others are the same, too.
void ObjectGraph::joinWhatIsLoadedTwice() {
  bool Changed = true;
  for (unsigned Round = 0; Changed && Round < MaxRounds; Round++) {
    std::map<std::pair<Id, int64_t>, Id> Loaded;
    Changed = false;
    for (const Load &L : Loads) {
      if (!L.Value)
        continue;
      Member At = find(L.Pointer);
      auto [First, IsNew] = Loaded.try_emplace({At.Of, At.Delta}, *L.Value);
      if (!IsNew)
        Changed |= join(*L.Value, First->second, 0);
    }
  }
}

void ObjectGraph::collectObjects() {
  joinWhatIsLoadedTwice();
  for (const Load &L : Loads) {
    Member At = find(L.Pointer);
    Objects[At.Of].Pieces.insert({At.Delta, L.Size});
  }
  collectUserReads();
  for (const Load &L : Loads) {
    if (!L.Value)
      continue;
    Member At = find(L.Pointer), To = find(*L.Value);
    Object &O = Objects[At.Of];
    bool IsUser = any_of(O.Links, [&](const Link &Other) {
      return Other.Offset == At.Delta && Other.IsUser;
    });
    if (!IsUser)
      O.Links.insert({At.Delta, To.Of, To.Delta, false, 0});
  }
  bool Changed = true;
  for (unsigned Round = 0; Changed && Round < MaxRounds; Round++) {
    Changed = false;
    for (auto [From, To] : Flows)
      Changed |= addFlow(From, To);
  }
}

ObjectGraph::ObjectGraph(Module &M, const Classes &C) : M(M), C(C) {
  LLVMContext &Context = M.getContext();
  Type *Pointer = PointerType::get(Context, 0);
  Type *Word = Type::getInt32Ty(Context);
  PieceType = StructType::get(Context, {Word, Word});
  LinkType = StructType::get(Context, {Pointer, Word, Word, Word, Word});
  OutlineType =
      StructType::get(Context, {Pointer, Pointer, Word, Word, Word, Word});
  for (const Function &F : M)
    for (const Instruction &I : instructions(F))
      visit(I);
  collectObjects();
}

//===-- Constants ----------------------------------------------------------===

static bool isInRange(int64_t Offset) {
  return Offset > -MaxOffset && Offset < MaxOffset;
}

static SmallVector<Piece, 8> mergedPieces(const Object &O) {
  SmallVector<Piece, 8> Result;
  for (const Piece &P : O.Pieces) {
    if (!isInRange(P.Offset))
      continue;
    if (!Result.empty()) {
      Piece &Last = Result.back();
      int64_t End = std::max(Last.Offset + Last.Size, P.Offset + P.Size);
      if (P.Offset <= Last.Offset + Last.Size + MaxGap &&
          End - Last.Offset <= static_cast<int64_t>(FATHOM_PAGE_SIZE)) {
        Last.Size = End - Last.Offset;
        continue;
      }
    }
    if (Result.size() < MaxPieces)
      Result.push_back({P.Offset, std::min<int64_t>(P.Size, FATHOM_PAGE_SIZE)});
  }
  return Result;
}

bool ObjectGraph::isWorthwhile(const Object &O) const {
  if (O.Pieces.empty())
    return false;
  for (const Link &L : O.Links) {
    auto To = Objects.find(L.To);
    if (To != Objects.end() && !To->second.Pieces.empty())
      return true;
  }
  return O.Pieces.rbegin()->Offset - O.Pieces.begin()->Offset > SmallObject;
}

Constant *ObjectGraph::table(ArrayRef<Constant *> Entries, StructType *T) {
  if (Entries.empty())
    return ConstantPointerNull::get(PointerType::get(M.getContext(), 0));
  auto *Array = ArrayType::get(T, Entries.size());
  auto *V = new GlobalVariable(M, Array, true, GlobalValue::PrivateLinkage,
                               ConstantArray::get(Array, Entries),
                               "__fathom_outline_table");
  V->setUnnamedAddr(GlobalValue::UnnamedAddr::Global);
  return V;
}

GlobalVariable *ObjectGraph::declare(Id I, SmallVectorImpl<Id> &Undefined) {
  GlobalVariable *&V = Known[I];
  if (V)
    return V;
  V = new GlobalVariable(M, OutlineType, false, GlobalValue::InternalLinkage,
                         Constant::getNullValue(OutlineType),
                         "__fathom_outline");
  // The runtime writes to it.
  V->setExternallyInitialized(true);
  Undefined.push_back(I);
  return V;
}

void ObjectGraph::define(Id I, SmallVectorImpl<Id> &Undefined) {
  const Object &O = Objects[I];
  Type *Word = Type::getInt32Ty(M.getContext());
  auto word = [&](int64_t N) {
    return ConstantInt::get(Word, static_cast<uint64_t>(N) & UINT32_MAX);
  };
  SmallVector<Constant *, 8> Pieces, Links;
  for (const Piece &P : mergedPieces(O))
    Pieces.push_back(
        ConstantStruct::get(PieceType, {word(P.Offset), word(P.Size)}));
  for (const Link &L : O.Links) {
    auto To = Objects.find(L.To);
    if (To == Objects.end() || To->second.Pieces.empty() ||
        !isInRange(L.Offset) || !isInRange(L.Delta) || !isInRange(L.Root) ||
        Links.size() == MaxLinks)
      continue;
    Links.push_back(ConstantStruct::get(
        LinkType, {declare(L.To, Undefined), word(L.Offset), word(L.Delta),
                   word(L.Root), word(L.IsUser ? FATHOM_OUTLINE_USER : 0)}));
  }
  Known[I]->setInitializer(ConstantStruct::get(
      OutlineType,
      {table(Pieces, PieceType), table(Links, LinkType), word(Pieces.size()),
       word(Links.size()), word(0), word(0)}));
}

/// The outline and all that it links to, directly or not.
Constant *ObjectGraph::emit(Id I) {
  SmallVector<Id, 16> Undefined;
  GlobalVariable *V = declare(I, Undefined);
  while (!Undefined.empty()) {
    Id Next = Undefined.pop_back_val();
    define(Next, Undefined);
  }
  return V;
}

//===-- Interface ----------------------------------------------------------===

Outlines::Outlines(Module &M, const Classes &C)
    : Graph(std::make_unique<ObjectGraph>(M, C)) {
  ObjectGraph &G = *Graph;
  for (const Function &F : M)
    for (const Instruction &I : instructions(F)) {
      const auto *Load = dyn_cast<LoadInst>(&I);
      auto Pointer = Load ? G.Ids.find(Load->getPointerOperand()) : G.Ids.end();
      if (Pointer == G.Ids.end())
        continue;
      Member At = G.find(Pointer->second);
      auto O = G.Objects.find(At.Of);
      if (O != G.Objects.end() && isInRange(At.Delta) &&
          G.isWorthwhile(O->second))
        Places[Load] = {At.Of, At.Delta};
    }
}

Outlines::~Outlines() = default;

OutlinePlace Outlines::place(const Instruction &Access) {
  auto Place = Places.find(&Access);
  if (Place == Places.end())
    return {
        ConstantPointerNull::get(PointerType::get(Graph->M.getContext(), 0)),
        0};
  return {Graph->emit(Place->second.first), Place->second.second};
}

} // namespace fathom
