// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors

/// \file
/// Rewriting of one function: every use of a pointer gets the representation
/// that its user expects, and every access that may be the target's goes
/// through the read path.
#define FATHOM_ABI_TYPES_ONLY
#include "fathom/abi.h"

#include "Fathom.h"

#include "llvm/ADT/Statistic.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/MDBuilder.h"

#define DEBUG_TYPE "fathom"

using namespace llvm;

ALWAYS_ENABLED_STATISTIC(RemoteLoads, "Loads that always read the target");
ALWAYS_ENABLED_STATISTIC(UnknownLoads, "Loads told apart when run");
ALWAYS_ENABLED_STATISTIC(LocalLoads, "Loads left alone");
ALWAYS_ENABLED_STATISTIC(CheckedStores, "Stores checked when run");
ALWAYS_ENABLED_STATISTIC(PrivateStores, "Writes made in the view");

namespace fathom {

//===-- Helpers ------------------------------------------------------------===

Instruction *splitIfThen(Value *Condition, Instruction *Before, bool Unlikely,
                         bool Returns) {
  LLVMContext &Context = Before->getContext();
  BasicBlock *Head = Before->getParent();
  BasicBlock *Tail = Head->splitBasicBlock(Before);
  BasicBlock *Then = BasicBlock::Create(Context, "", Head->getParent(), Tail);
  Head->getTerminator()->eraseFromParent();
  MDNode *Weights =
      Unlikely ? MDBuilder(Context).createBranchWeights(1, 1 << 20) : nullptr;
  IRBuilder<> B(Head);
  B.SetCurrentDebugLocation(Before->getDebugLoc());
  B.CreateCondBr(Condition, Then, Tail, Weights);
  B.SetInsertPoint(Then);
  return Returns ? cast<Instruction>(B.CreateBr(Tail))
                 : cast<Instruction>(B.CreateUnreachable());
}

static Value *asInteger(IRBuilder<> &B, Value *Pointer) {
  return B.CreatePtrToInt(Pointer, B.getInt64Ty());
}

void emitLocalCheck(Lowering &L, Value *Pointer, Instruction *Before,
                    bool AllowNull) {
  IRBuilder<> B(Before);
  Value *Zero = B.getInt64(0);
  Value *Integer = asInteger(B, Pointer);
  Value *Suspect = AllowNull ? B.CreateICmpSLT(Integer, Zero)
                             : B.CreateICmpSLE(Integer, Zero);
  Constant *Site = L.TheSites.get(*Before, 0);
  B.SetInsertPoint(splitIfThen(Suspect, Before, true));
  B.SetCurrentDebugLocation(Before->getDebugLoc());
  Type *T = PointerType::get(L.M.getContext(), 0);
  B.CreateCall(L.M.getOrInsertFunction("__fathom_check_local",
                                       Type::getVoidTy(L.M.getContext()), T, T),
               {Pointer, Site});
  L.Changed = true;
}

static bool isPointerOfTarget(const Lowering &L, const Value *V) {
  if (!L.TheClasses.origins(V))
    return false; // NULL and nothing else
  Class Where = L.TheClasses.of(V);
  return Where == Class::Kernel || Where == Class::Rooted;
}

static bool returnsKernelValue(const Lowering &L, const Function &F) {
  return L.TheClasses.Closed.lookup(&F) &&
         !(L.TheClasses.Returns.lookup(&F) & ~MayKernel);
}

bool passesKernelValue(const Lowering &L, const CallBase &Call,
                       unsigned Argument) {
  const auto *Callee = dyn_cast<Function>(Call.getCalledOperand());
  return Callee && Argument < Callee->arg_size() &&
         L.TheClasses.Closed.lookup(Callee) &&
         L.TheClasses.of(Callee->getArg(Argument)) == Class::Kernel;
}

//===-- Representation -----------------------------------------------------===

/// A pointer computed from \p Base may have left its half by a hostile offset.
static Value *normalised(IRBuilder<> &B, Value *V, Value *Base) {
  Value *Zero = B.getInt64(0);
  Value *Integer = asInteger(B, V);
  Value *Bad = B.CreateAnd(B.CreateICmpSGT(Integer, Zero),
                           B.CreateICmpSLE(asInteger(B, Base), Zero));
  Value *Marked = B.CreateIntToPtr(B.CreateOr(Integer, B.getInt64(1ULL << 63)),
                                   V->getType());
  return B.CreateSelect(Bad, Marked, V);
}

/// Addresses of globals are in their half, and stay there with an offset
/// that the compiler knows.
static bool isInsideGlobal(const Value *V, const Value *Base,
                           const DataLayout &DL) {
  const GlobalVariable *Slot = slotOf(Base);
  APInt Offset(64, 0);
  return Slot && !isOptionalSlot(*Slot) &&
         V->stripAndAccumulateConstantOffsets(DL, Offset, true) == Base;
}

Value *tagged(Lowering &L, Value *V, Instruction *Before) {
  Classes &C = L.TheClasses;
  if (!V->getType()->isPointerTy() || isa<ConstantPointerNull>(V) ||
      isa<UndefValue>(V))
    return V;
  IRBuilder<> B(Before);
  Value *New = V;
  switch (C.of(V)) {
  case Class::Local:
    return V;
  case Class::Kernel:
    New = B.CreateIntToPtr(emitTag(B, asInteger(B, V)), V->getType());
    break;
  case Class::Rooted:
  case Class::Unknown: {
    Value *Base = baseOf(V);
    if (Base == V || isInsideGlobal(V, Base, L.DL))
      return V;
    New = normalised(B, V, Base);
    break;
  }
  }
  L.Changed = true;
  if (isa<Constant>(New))
    return New;
  Origins O = C.origins(V);
  C.Values[New] = O & MayKernel ? Origins((O & ~MayKernel) | MayRooted) : O;
  return New;
}

static Value *untagged(Lowering &L, Value *Pointer, Instruction *Before) {
  IRBuilder<> B(Before);
  Value *New =
      B.CreateIntToPtr(emitUntag(B, asInteger(B, Pointer)), Pointer->getType());
  L.Changed = true;
  return New;
}

static void setTagged(Lowering &L, Instruction &I, unsigned Operand) {
  Value *V = I.getOperand(Operand);
  if (V->getType()->isPointerTy())
    I.setOperand(Operand, tagged(L, V, &I));
}

static void representPhi(Lowering &L, PHINode &Phi) {
  if (L.TheClasses.of(&Phi) == Class::Kernel)
    return;
  DenseMap<BasicBlock *, Value *> Values;
  for (unsigned N = 0; N < Phi.getNumIncomingValues(); N++) {
    BasicBlock *From = Phi.getIncomingBlock(N);
    Value *&V = Values[From];
    if (!V)
      V = tagged(L, Phi.getIncomingValue(N), From->getTerminator());
    Phi.setIncomingValue(N, V);
  }
}

static void representComparison(Lowering &L, ICmpInst &Compare) {
  Value *A = Compare.getOperand(0), *Z = Compare.getOperand(1);
  if (!A->getType()->isPointerTy() || isa<ConstantPointerNull>(A) ||
      isa<ConstantPointerNull>(Z))
    return;
  bool KernelA = L.TheClasses.of(A) == Class::Kernel;
  bool KernelZ = L.TheClasses.of(Z) == Class::Kernel;
  // Which of two addresses is higher, as in IS_ERR_VALUE() or "< PAGE_SIZE".
  if (KernelA != KernelZ && Compare.isRelational() &&
      isa<Constant>(KernelA ? A : Z)) {
    Compare.setOperand(KernelA, untagged(L, KernelA ? Z : A, &Compare));
    return;
  }
  if (KernelA != KernelZ) {
    setTagged(L, Compare, 0);
    setTagged(L, Compare, 1);
  }
}

/// Pointers in registers may be written to memory.
static void tagStoredByAsm(Lowering &L, CallBase &Call) {
  const auto &Asm = *cast<InlineAsm>(Call.getCalledOperand());
  unsigned Number = 0;
  for (const InlineAsm::ConstraintInfo &C : Asm.ParseConstraints()) {
    if (!C.hasArg())
      continue;
    if (!C.isIndirect)
      setTagged(L, Call, Number);
    Number++;
  }
}

static void representCall(Lowering &L, CallBase &Call) {
  if (isa<IntrinsicInst>(Call))
    return;
  if (handsOverMemory(Call)) {
    tagStoredByAsm(L, Call);
    return;
  }
  if (Call.isInlineAsm()) {
    std::optional<unsigned> Operand = identityOperand(Call);
    if (!Operand || L.TheClasses.of(&Call) == Class::Kernel)
      return;
    setTagged(L, Call, *Operand);
    return;
  }
  for (unsigned N = 0; N < Call.arg_size(); N++) {
    Value *V = Call.getArgOperand(N);
    bool IsDeclaredKernel =
        V->getType()->isPointerTy() &&
        V->getType()->getPointerAddressSpace() == KernelAddressSpace &&
        N < Call.getFunctionType()->getNumParams();
    if (V->getType()->isPointerTy() && !IsDeclaredKernel &&
        !passesKernelValue(L, Call, N))
      Call.setArgOperand(N, tagged(L, V, &Call));
  }
}

/// Give the users of \p I, except \p Except, another value of its class.
static void replaceUses(Lowering &L, Instruction &I, Value *New,
                        const SmallPtrSetImpl<const User *> &Except) {
  I.replaceUsesWithIf(New, [&](Use &U) { return !Except.count(U.getUser()); });
  L.TheClasses.Values[New] = L.TheClasses.Values.lookup(&I);
}

static void representPtrToInt(Lowering &L, PtrToIntInst &Cast) {
  Value *V = Cast.getPointerOperand();
  if (!V->getType()->isPointerTy() || !Cast.getType()->isIntegerTy(64))
    return;
  Class Where = L.TheClasses.of(V);
  if (Where == Class::Local || Where == Class::Kernel)
    return;
  IRBuilder<> B(Cast.getNextNode());
  SmallPtrSet<const User *, 8> Own;
  Value *Top = B.CreateLShr(&Cast, B.getInt64(56));
  Own.insert(cast<User>(Top));
  Value *Clear = B.CreateAnd(&Cast, B.getInt64(~(1ULL << 63)));
  Own.insert(cast<User>(Clear));
  Value *New =
      B.CreateSelect(B.CreateICmpEQ(Top, B.getInt64(0x80)), Clear, &Cast);
  Own.insert(cast<User>(New));
  replaceUses(L, Cast, New, Own);
  L.Changed = true;
}

/// Pointers declared __fathom_kernel are tagged in memory, as all are, and
/// untagged in registers.
static void representKernelLoad(Lowering &L, LoadInst &Load) {
  if (!Load.getType()->isPointerTy() ||
      Load.getType()->getPointerAddressSpace() != KernelAddressSpace ||
      L.TheClasses.of(Load.getPointerOperand()) == Class::Kernel)
    return;
  Instruction *Next = Load.getNextNode();
  IRBuilder<> B(Next);
  auto *Integer = cast<Instruction>(asInteger(B, &Load));
  Value *New = B.CreateIntToPtr(emitUntag(B, Integer), Load.getType());
  SmallPtrSet<const User *, 2> Own;
  Own.insert(Integer);
  replaceUses(L, Load, New, Own);
  L.Changed = true;
}

/// Is a number stored where it could be loaded as a pointer? Stores that the
/// optimizer has made are not marked.
static bool isPun(Lowering &L, const StoreInst &Store) {
  if (Store.getMetadata(PunMetadata))
    return true;
  if (!isa<AllocaInst>(getUnderlyingObject(Store.getPointerOperand())))
    return false;
  if (!L.Types)
    L.Types.emplace(L.M);
  return isInUnionWithPointer(*Store.getPointerOperand(), *L.Types, L.DL);
}

/// A number that may be from the target on its way into a union with a
/// pointer. In the target's own memory it stays what it is.
static void representPun(Lowering &L, StoreInst &Store) {
  Value *V = Store.getValueOperand();
  Class Where = L.TheClasses.of(Store.getPointerOperand());
  if (!V->getType()->isIntegerTy(64) || isa<Constant>(V) ||
      !(L.TheClasses.origins(V) & (FromTarget | NoOrigin)) ||
      Where == Class::Kernel || !isPun(L, Store))
    return;
  IRBuilder<> B(&Store);
  Value *Kept = B.CreateCall(
      L.M.getOrInsertFunction("__fathom_keep", V->getType(), V->getType()),
      {V});
  if (L.PrivateWrites && Where != Class::Local)
    Kept = B.CreateSelect(
        B.CreateICmpSGT(asInteger(B, baseOf(Store.getPointerOperand())),
                        B.getInt64(0)),
        Kept, V);
  Store.setOperand(0, Kept);
  L.Changed = true;
}

static void represent(Lowering &L, Instruction &I) {
  if (auto *Phi = dyn_cast<PHINode>(&I)) {
    if (Phi->getType()->isPointerTy())
      representPhi(L, *Phi);
  } else if (auto *Select = dyn_cast<SelectInst>(&I)) {
    if (Select->getType()->isPointerTy() &&
        L.TheClasses.of(Select) != Class::Kernel) {
      setTagged(L, I, 1);
      setTagged(L, I, 2);
    }
  } else if (auto *Compare = dyn_cast<ICmpInst>(&I)) {
    representComparison(L, *Compare);
  } else if (auto *Cast = dyn_cast<PtrToIntInst>(&I)) {
    representPtrToInt(L, *Cast);
  } else if (auto *Cast = dyn_cast<AddrSpaceCastInst>(&I)) {
    Value *V = Cast->getPointerOperand();
    if (V->getType()->isPointerTy() &&
        Cast->getType()->getPointerAddressSpace() == KernelAddressSpace &&
        L.TheClasses.of(V) != Class::Kernel)
      I.setOperand(0, untagged(L, V, &I));
  } else if (auto *Call = dyn_cast<CallBase>(&I)) {
    representCall(L, *Call);
  } else if (auto *Return = dyn_cast<ReturnInst>(&I)) {
    Value *V = Return->getReturnValue();
    if (V && V->getType()->isPointerTy() &&
        V->getType()->getPointerAddressSpace() != KernelAddressSpace &&
        !returnsKernelValue(L, *I.getFunction()))
      setTagged(L, I, 0);
  } else if (auto *Store = dyn_cast<StoreInst>(&I)) {
    setTagged(L, I, 0);
    representPun(L, *Store);
  } else if (isa<InsertValueInst>(I) || isa<InsertElementInst>(I) ||
             isa<AtomicRMWInst>(I)) {
    setTagged(L, I, 1);
  } else if (isa<AtomicCmpXchgInst>(I)) {
    setTagged(L, I, 1);
    setTagged(L, I, 2);
  } else if (auto *Load = dyn_cast<LoadInst>(&I)) {
    representKernelLoad(L, *Load);
  }
}

//===-- Loads --------------------------------------------------------------===

static bool containsPointer(const Type *T) {
  if (T->isPtrOrPtrVectorTy())
    return true;
  for (const Type *Part : T->subtypes())
    if (containsPointer(Part))
      return true;
  return false;
}

/// \p V with the pointers in it tagged, in registers.
static Value *tagParts(IRBuilder<> &B, Value *V) {
  Type *T = V->getType();
  if (!containsPointer(T))
    return V;
  if (T->isPtrOrPtrVectorTy()) {
    Type *Integers = B.getInt64Ty();
    if (auto *Vector = dyn_cast<VectorType>(T))
      Integers = VectorType::get(Integers, Vector->getElementCount());
    return B.CreateIntToPtr(emitTag(B, B.CreatePtrToInt(V, Integers)), T);
  }
  uint64_t Parts =
      isa<StructType>(T) ? T->getStructNumElements() : T->getArrayNumElements();
  Value *Whole = V;
  for (unsigned N = 0; N < Parts; N++)
    Whole =
        B.CreateInsertValue(Whole, tagParts(B, B.CreateExtractValue(V, N)), N);
  return Whole;
}

/// A pointer loaded through one that is told apart when run: tag it if it
/// came from the target. As a branch, so that nobody waits for it.
static void tagLoadedPointer(Lowering &L, LoadInst &Load, Value *Base) {
  Instruction *Next = Load.getNextNode();
  IRBuilder<> B(Next);
  Value *Zero = B.getInt64(0);
  auto *Integer = cast<Instruction>(asInteger(B, &Load));
  Value *Hostile = B.CreateAnd(B.CreateICmpSGT(Integer, Zero),
                               B.CreateICmpSLE(asInteger(B, Base), Zero));
  BasicBlock *Head = Load.getParent();
  Instruction *Then = splitIfThen(Hostile, Next, true);
  IRBuilder<> Tag(Then);
  Value *Marked = Tag.CreateIntToPtr(
      Tag.CreateOr(Integer, Tag.getInt64(1ULL << 63)), Load.getType());
  IRBuilder<> Join(&*Next->getParent()->begin());
  PHINode *Result = Join.CreatePHI(Load.getType(), 2);
  Result->addIncoming(&Load, Head);
  Result->addIncoming(Marked, Then->getParent());
  SmallPtrSet<const User *, 4> Own;
  Own.insert(Integer);
  Own.insert(Result);
  replaceUses(L, Load, Result, Own);
}

void tagLoadedParts(Lowering &L, Instruction &Load, Value *Base) {
  if (!containsPointer(Load.getType()))
    return;
  Instruction *Next = Load.getNextNode();
  SmallPtrSet<const User *, 16> Own;
  for (const User *U : Load.users())
    Own.insert(U);
  IRBuilder<> B(Next);
  Value *New = tagParts(B, &Load);
  if (Base)
    New = B.CreateSelect(B.CreateICmpSLE(asInteger(B, Base), B.getInt64(0)),
                         New, &Load);
  Load.replaceUsesWithIf(New, [&](Use &U) { return Own.count(U.getUser()); });
  L.TheClasses.Values[New] = MayAnything;
}

/// An integer that shares its bytes with a pointer of a union: read as a copy,
/// for which the runtime looks whether it would be one into the program.
static void lowerPunnedLoad(Lowering &L, const Access &A, Constant *Site) {
  IRBuilder<> Entry(&*A.Load->getFunction()->getEntryBlock().begin());
  AllocaInst *Room = Entry.CreateAlloca(A.Load->getType());
  IRBuilder<> B(A.Load);
  B.CreateCall(copyFunction(L.M),
               {Room, tagged(L, A.Load->getPointerOperand(), A.Load),
                B.getInt64(A.Size), ConstantPointerNull::get(B.getPtrTy()),
                Site});
  A.Load->setOperand(0, Room);
}

static void remarkLoad(const Access &A) {
  std::string Member = memberSuffix(*A.Load);
  if (A.Where == Class::Kernel) {
    RemoteLoads++;
    remarkDone(*A.Load, "Remote", "load of the target's memory" + Member);
  } else {
    UnknownLoads++;
    remarkDone(*A.Load, "Unknown",
               "load through a pointer told apart when run" + Member);
  }
}

/// Promises of the type system that the target need not keep.
static void dropPromises(LoadInst &Load) {
  Load.dropUnknownNonDebugMetadata();
  if (!Load.isAtomic())
    Load.setAlignment(Align(1));
}

/// What the pointer of an access is to be judged by. To be asked only now: it
/// may itself have been loaded, and tagged since.
static Value *deciderOf(const Access &A) {
  return A.Where == Class::Kernel ? nullptr
                                  : baseOf(A.Load->getPointerOperand());
}

/// Let a load read its local copy.
static void redirectLoad(Lowering &L, LoadInst &Load, Value *Local,
                         Value *Base) {
  Load.setOperand(0, Local);
  Type *T = Load.getType();
  if (!containsPointer(T))
    return;
  if (!T->isPointerTy())
    tagLoadedParts(L, Load, Base);
  else if (Base && T->getPointerAddressSpace() == 0)
    tagLoadedPointer(L, Load, Base);
}

static void lowerLoad(Lowering &L, const Access &A) {
  LoadInst &Load = *A.Load;
  Constant *Site = L.TheSites.get(Load, A.Size);
  remarkLoad(A);
  bool IsPunned = Load.getMetadata(PunMetadata);
  dropPromises(Load);
  if (IsPunned) {
    lowerPunnedLoad(L, A, Site);
    return;
  }
  Value *Base = deciderOf(A);
  redirectLoad(
      L, Load,
      emitTranslation(L, &Load, Load.getPointerOperand(), Base, A.Size, Site),
      Base);
}

/// Accesses to one object, with one translation at the first of them.
static void lowerGroup(Lowering &L, const AccessGroup &G) {
  SmallVector<SitePart, 8> Parts;
  for (size_t N = 0; N < G.Members.size(); N++)
    Parts.push_back({G.Members[N].Load,
                     static_cast<uint64_t>(G.Offsets[N] - G.Low),
                     G.Members[N].Size});
  Constant *Site = L.TheSites.group(Parts);
  LoadInst &First = *G.Members.front().Load;
  Value *Base = deciderOf(G.Members.front());
  IRBuilder<> B(&First);
  Value *Start = B.CreateGEP(B.getInt8Ty(), First.getPointerOperand(),
                             B.getInt64(G.Low - G.Offsets.front()));
  Value *Local = emitTranslation(L, &First, Start, Base, G.High - G.Low, Site);
  for (size_t N = 0; N < G.Members.size(); N++) {
    LoadInst &Load = *G.Members[N].Load;
    remarkLoad(G.Members[N]);
    dropPromises(Load);
    IRBuilder<> At(&Load);
    redirectLoad(
        L, Load,
        At.CreateGEP(At.getInt8Ty(), Local, At.getInt64(Parts[N].Offset)),
        Base);
  }
}

static void collectLoad(Lowering &L, LoadInst &Load,
                        SmallVectorImpl<Access> &Accesses) {
  Value *Pointer = Load.getPointerOperand();
  if (isPerCPUSpace(Pointer)) {
    reportError(Load, "load of per-CPU data of the machine it runs on, not of "
                      "the target" +
                          memberSuffix(Load));
    return;
  }
  Class Where = L.TheClasses.of(Pointer);
  if (Where == Class::Local || slotOf(&Load) ||
      Load.getMetadata(SpanMetadata)) {
    LocalLoads++;
    return;
  }
  TypeSize Size = L.DL.getTypeStoreSize(Load.getType());
  if (Size.isScalable()) {
    refuse(L, Load, "load of a scalable vector through a kernel pointer");
    return;
  }
  Accesses.push_back({&Load, Where, Size.getFixedValue()});
}

//===-- Writes -------------------------------------------------------------===

static void lowerWrite(Lowering &L, Instruction &I, Value *Pointer,
                       const char *What) {
  if (isPerCPUSpace(Pointer)) {
    reportError(I, Twine(What) + " to per-CPU data" + memberSuffix(I));
    return;
  }
  if (isPointerOfTarget(L, Pointer)) {
    reportError(I, Twine(What) +
                       " through a kernel pointer: the target is "
                       "only read" +
                       memberSuffix(I));
    return;
  }
  if (L.TheClasses.of(Pointer) != Class::Unknown)
    return;
  emitLocalCheck(L, baseOf(Pointer), &I, false);
  remarkMissed(I, "Checked",
               Twine(What) + " through a pointer that may be the target's is "
                             "checked when run");
  CheckedStores++;
}

void writeUntagged(Lowering &L, Instruction &I, unsigned Operand, Value *Base) {
  Value *V = I.getOperand(Operand);
  if (!V->getType()->isPointerTy() || isa<ConstantPointerNull>(V) ||
      isa<UndefValue>(V) || L.TheClasses.of(V) == Class::Local)
    return;
  Value *Raw = untagged(L, V, &I);
  IRBuilder<> B(&I);
  if (Base)
    Raw = B.CreateSelect(B.CreateICmpSGT(asInteger(B, Base), B.getInt64(0)), V,
                         Raw);
  I.setOperand(Operand, Raw);
}

/// Private-write mode: a store or atomic operation in the view, where loads
/// come from.
static void redirectWrite(Lowering &L, Instruction &I, unsigned Operand,
                          const Type &Accessed) {
  Value *Pointer = I.getOperand(Operand);
  Class Where = L.TheClasses.of(Pointer);
  TypeSize Size = L.DL.getTypeStoreSize(const_cast<Type *>(&Accessed));
  if (Where == Class::Local)
    return;
  if (Size.isScalable()) {
    refuse(L, I, "store of a scalable vector through a kernel pointer");
    return;
  }
  Value *Base = Where == Class::Kernel ? nullptr : baseOf(Pointer);
  Constant *Site = L.TheSites.get(I, Size.getFixedValue());
  I.setOperand(Operand, emitTranslation(L, &I, Pointer, Base,
                                        Size.getFixedValue(), Site, true));
  for (unsigned Other = 0; Other < I.getNumOperands(); Other++)
    if (Other != Operand)
      writeUntagged(L, I, Other, Base);
  remarkDone(I, "Written", "write to the view" + memberSuffix(I));
  I.dropUnknownNonDebugMetadata();
  auto *Store = dyn_cast<StoreInst>(&I);
  if (Store && !Store->isAtomic())
    Store->setAlignment(Align(1));
  tagLoadedParts(L, I, Base);
  PrivateStores++;
  L.Changed = true;
}

/// Of a copy that the frontend's code did not tell the type of: inlining may
/// have brought it to the variable that it fills. As an argument; NULL if not.
static Constant *shapeArgument(Lowering &L, Instruction &Copy,
                               const Value &Destination, const Value &Source,
                               const Value &Length) {
  std::string Shape = shapeOfCopy(Destination, Source, Length, L.DL);
  if (Shape.find_first_not_of(FATHOM_SHAPE_MAYBE) != std::string::npos)
    return L.TheSites.string(Shape);
  remarkMissed(Copy, "Shape",
               "copy of an unknown type: numbers that look like addresses of "
               "the program become the target's");
  return ConstantPointerNull::get(PointerType::get(L.M.getContext(), 0));
}

static void lowerTransfer(Lowering &L, MemTransferInst &Transfer) {
  bool FromOwn = L.TheClasses.of(Transfer.getRawSource()) == Class::Local;
  if (!L.PrivateWrites)
    lowerWrite(L, Transfer, Transfer.getRawDest(), "copy");
  else
    FromOwn &= L.TheClasses.of(Transfer.getRawDest()) == Class::Local;
  if (FromOwn)
    return;
  Constant *Shape =
      shapeArgument(L, Transfer, *Transfer.getRawDest(),
                    *Transfer.getRawSource(), *Transfer.getLength());
  IRBuilder<> B(&Transfer);
  auto argument = [&](Value *V) {
    return B.CreateAddrSpaceCast(tagged(L, V, &Transfer), B.getPtrTy());
  };
  B.CreateCall(copyFunction(L.M),
               {argument(Transfer.getRawDest()),
                argument(Transfer.getRawSource()),
                B.CreateZExtOrTrunc(Transfer.getLength(), B.getInt64Ty()),
                Shape, L.TheSites.get(Transfer, 0)});
  Transfer.eraseFromParent();
  L.Changed = true;
}

static bool isCopy(const CallBase &Call) {
  const auto *Callee = dyn_cast<Function>(Call.getCalledOperand());
  return Callee && Callee->getName() == "__fathom_copy" && Call.arg_size() == 5;
}

static void lowerCopy(Lowering &L, CallBase &Copy) {
  Value *Destination = Copy.getArgOperand(0), *Source = Copy.getArgOperand(1);
  bool Involved = L.TheClasses.of(Source) != Class::Local;
  if (L.PrivateWrites)
    Involved |= L.TheClasses.of(Destination) != Class::Local;
  if (Involved) {
    if (!L.PrivateWrites && isPointerOfTarget(L, Destination))
      reportError(Copy, "copy through a kernel pointer: the target is only "
                        "read" +
                            memberSuffix(Copy));
    if (isa<ConstantPointerNull>(Copy.getArgOperand(3)))
      Copy.setArgOperand(3, shapeArgument(L, Copy, *Destination, *Source,
                                          *Copy.getArgOperand(2)));
    Copy.setArgOperand(4, L.TheSites.get(Copy, 0));
    remarkDone(Copy, "Copy", "copy of the target's memory");
    L.Changed = true;
    return;
  }
  lowerWrite(L, Copy, Destination, "copy");
  IRBuilder<> B(&Copy);
  Value *Size = Copy.getArgOperand(2);
  if (Copy.getMetadata(MoveMetadata))
    B.CreateMemMove(Destination, Align(1), Source, Align(1), Size);
  else
    B.CreateMemCpy(Destination, Align(1), Source, Align(1), Size);
  Copy.eraseFromParent();
  L.MadeCopies = true;
}

//===-- Intrinsics ---------------------------------------------------------===

/// Those that take a pointer without looking at what it points to.
static bool onlyNames(const IntrinsicInst &Call) {
  switch (Call.getIntrinsicID()) {
  case Intrinsic::lifetime_start:
  case Intrinsic::lifetime_end:
  case Intrinsic::invariant_start:
  case Intrinsic::invariant_end:
  case Intrinsic::assume:
  case Intrinsic::prefetch:
  case Intrinsic::objectsize:
  case Intrinsic::is_constant:
  case Intrinsic::ptrmask:
  case Intrinsic::ptr_annotation:
  case Intrinsic::var_annotation:
  case Intrinsic::expect:
  case Intrinsic::launder_invariant_group:
  case Intrinsic::strip_invariant_group:
  case Intrinsic::ssa_copy:
  case Intrinsic::threadlocal_address:
  case Intrinsic::stackrestore:
    return true;
  default:
    return isa<DbgInfoIntrinsic>(Call);
  }
}

static void redirectSet(Lowering &L, MemSetInst &Set) {
  Value *Destination = Set.getRawDest();
  if (L.TheClasses.of(Destination) == Class::Local)
    return;
  IRBuilder<> B(&Set);
  Type *Pointer = B.getPtrTy();
  B.CreateCall(L.M.getOrInsertFunction("__fathom_memset", Pointer, Pointer,
                                       Pointer, B.getInt32Ty(), B.getInt64Ty()),
               {L.TheSites.get(Set, 0),
                B.CreateAddrSpaceCast(tagged(L, Destination, &Set), Pointer),
                B.CreateZExt(Set.getValue(), B.getInt32Ty()),
                B.CreateZExtOrTrunc(Set.getLength(), B.getInt64Ty())});
  Set.eraseFromParent();
  L.Changed = true;
}

static void lowerIntrinsic(Lowering &L, IntrinsicInst &Call) {
  if (auto *Transfer = dyn_cast<MemTransferInst>(&Call)) {
    lowerTransfer(L, *Transfer);
    return;
  }
  if (auto *Set = dyn_cast<MemSetInst>(&Call)) {
    if (L.PrivateWrites)
      redirectSet(L, *Set);
    else
      lowerWrite(L, Call, Set->getRawDest(), "store");
    return;
  }
  if (onlyNames(Call))
    return;
  for (Value *Argument : Call.args()) {
    if (!Argument->getType()->isPointerTy())
      continue;
    if (isPointerOfTarget(L, Argument)) {
      refuse(L, Call,
             Call.getCalledFunction()->getName() +
                 " cannot take a kernel pointer");
      return;
    }
    if (L.TheClasses.of(Argument) == Class::Unknown)
      emitLocalCheck(L, baseOf(Argument), &Call, true);
  }
}

static void lowerPrivateWrite(Lowering &L, Instruction &I) {
  if (auto *Store = dyn_cast<StoreInst>(&I))
    redirectWrite(L, I, StoreInst::getPointerOperandIndex(),
                  *Store->getValueOperand()->getType());
  else if (auto *RMW = dyn_cast<AtomicRMWInst>(&I))
    redirectWrite(L, I, AtomicRMWInst::getPointerOperandIndex(),
                  *RMW->getValOperand()->getType());
  else if (auto *Exchange = dyn_cast<AtomicCmpXchgInst>(&I))
    redirectWrite(L, I, AtomicCmpXchgInst::getPointerOperandIndex(),
                  *Exchange->getCompareOperand()->getType());
}

static bool isWrite(const Instruction &I) {
  return isa<StoreInst>(I) || isa<AtomicRMWInst>(I) ||
         isa<AtomicCmpXchgInst>(I);
}

static void lowerInstruction(Lowering &L, Instruction &I) {
  if (L.PrivateWrites && isWrite(I))
    lowerPrivateWrite(L, I);
  else if (auto *Store = dyn_cast<StoreInst>(&I))
    lowerWrite(L, I, Store->getPointerOperand(), "store");
  else if (auto *RMW = dyn_cast<AtomicRMWInst>(&I))
    lowerWrite(L, I, RMW->getPointerOperand(), "atomic operation");
  else if (auto *Exchange = dyn_cast<AtomicCmpXchgInst>(&I))
    lowerWrite(L, I, Exchange->getPointerOperand(), "atomic operation");
  else if (auto *Intrinsic = dyn_cast<IntrinsicInst>(&I))
    lowerIntrinsic(L, *Intrinsic);
  else if (auto *Call = dyn_cast<CallBase>(&I)) {
    if (Call->isInlineAsm())
      lowerAsm(L, *Call);
    else if (isCopy(*Call))
      lowerCopy(L, *Call);
    else
      lowerCall(L, *Call);
  }
}

void lowerFunction(Lowering &L, Function &F) {
  L.TLB = nullptr;
  SmallVector<Instruction *, 64> All;
  for (Instruction &I : instructions(F))
    All.push_back(&I);
  lowerIntegers(L, F);
  for (Instruction *I : All)
    represent(L, *I);
  SmallVector<Access, 32> Accesses;
  for (Instruction *I : All)
    if (auto *Load = dyn_cast<LoadInst>(I))
      collectLoad(L, *Load, Accesses);
  L.Changed |= !Accesses.empty();
  for (const AccessGroup &G : groupAccesses(L, Accesses)) {
    if (G.Members.size() == 1)
      lowerLoad(L, G.Members.front());
    else
      lowerGroup(L, G);
  }
  for (Instruction *I : All)
    if (!isa<LoadInst>(I))
      lowerInstruction(L, *I);
}

} // namespace fathom
