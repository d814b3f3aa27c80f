// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors

/// \file
/// Which members of which types a program uses: for error messages, and for
/// the check that they are where the target has them. Offsets lose their
/// names in the optimizer, so this looks at what the frontend emitted.
#include "Fathom.h"

#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/PatternMatch.h"

using namespace llvm;
using namespace llvm::PatternMatch;

namespace fathom {

//===-- Types --------------------------------------------------------------===

TypeIndex::TypeIndex(const Module &M) {
  DebugInfoFinder Finder;
  Finder.processModule(M);
  for (const DIType *T : Finder.types()) {
    const auto *Composite = dyn_cast<DICompositeType>(T);
    if (!Composite || Composite->isForwardDecl() ||
        Composite->getName().empty())
      continue;
    if (Composite->getTag() == dwarf::DW_TAG_structure_type)
      Structs[Composite->getName()] = Composite;
    else if (Composite->getTag() == dwarf::DW_TAG_union_type)
      Unions[Composite->getName()] = Composite;
  }
}

/// LLVM renames types that clash: struct.path.17.
static StringRef withoutNumber(StringRef Name) {
  auto [Stem, Number] = Name.rsplit('.');
  bool IsNumber = !Number.empty() &&
                  Number.find_first_not_of("0123456789") == StringRef::npos;
  return IsNumber ? Stem : Name;
}

const DICompositeType *TypeIndex::find(const StructType &Type) const {
  if (!Type.hasName())
    return nullptr;
  StringRef Name = withoutNumber(Type.getName());
  if (Name.consume_front("struct."))
    return Structs.lookup(Name);
  if (Name.consume_front("union."))
    return Unions.lookup(Name);
  return nullptr;
}

/// The folders of a kernel tree's include/ and arch/*/include/.
static bool isKernelFolder(StringRef Folder) {
  return isOneOf(Folder,
                 {"linux",     "net",         "asm",    "asm-generic", "uapi",
                  "generated", "trace",       "crypto", "drm",         "scsi",
                  "sound",     "rdma",        "media",  "acpi",        "vdso",
                  "keys",      "math-emu",    "memory", "misc",        "pcmcia",
                  "ras",       "soc",         "target", "ufs",         "video",
                  "xen",       "clocksource", "cxl"});
}

static std::string pathOf(const DICompositeType &Type) {
  const DIFile *File = Type.getFile();
  if (!File)
    return "";
  if (startsWith(File->getFilename(), "/"))
    return File->getFilename().str();
  return (File->getDirectory() + "/" + File->getFilename()).str();
}

bool isKernelType(const DICompositeType &Type) {
  std::string Path = pathOf(Type);
  StringRef Rest = Path;
  if (startsWith(Rest, "/usr/include/"))
    return false;
  while (true) {
    size_t At = Rest.find("/include/");
    if (At == StringRef::npos)
      return false;
    Rest = Rest.drop_front(At + StringRef("/include/").size());
    if (isKernelFolder(Rest.split('/').first))
      return true;
    Rest = StringRef(Rest.data() - 1, Rest.size() + 1);
  }
}

bool isGenericType(const DICompositeType &Type) {
  std::string Path = pathOf(Type);
  StringRef File = StringRef(Path).rsplit('/').second;
  return endsWith(File, "types.h") || endsWith(File, "types_raw.h") ||
         endsWith(File, "types_up.h") ||
         isOneOf(File,
                 {"list_bl.h",  "list_nulls.h", "llist.h",      "plist.h",
                  "xarray.h",   "idr.h",        "radix-tree.h", "maple_tree.h",
                  "rbtree.h",   "mutex.h",      "rwsem.h",      "wait.h",
                  "refcount.h", "kref.h",       "seqlock.h",    "completion.h",
                  "ktime.h",    "time64.h",     "uidgid.h",     "bitmap.h"});
}

//===-- Member paths -------------------------------------------------------===

/// Does this step lead from an object to a part of the same object?
static bool staysInObject(const GEPOperator &GEP) {
  const auto *First = dyn_cast<ConstantInt>(GEP.getOperand(1));
  return First && First->isZero() &&
         GEP.getSourceElementType()->isAggregateType();
}

/// Offset from the element that the first index chose; array elements that
/// are only known when run count as the first.
static uint64_t offsetInElement(const GEPOperator &GEP, const DataLayout &DL) {
  SmallVector<Value *, 4> Indices;
  Type *Int32 = Type::getInt32Ty(GEP.getContext());
  Type *T = GEP.getSourceElementType();
  Indices.push_back(ConstantInt::get(Int32, 0));
  for (unsigned I = 2; I < GEP.getNumOperands(); I++) {
    Value *Index = GEP.getOperand(I);
    if (!isa<StructType>(T))
      Index = isa<ConstantInt>(Index) ? Index : ConstantInt::get(Int32, 0);
    Indices.push_back(Index);
    T = GetElementPtrInst::getTypeAtIndex(T, Index);
  }
  return DL.getIndexedOffsetInType(GEP.getSourceElementType(), Indices);
}

static bool isNamedStruct(const Type *T) {
  const auto *S = dyn_cast<StructType>(T);
  return S && S->hasName() && withoutNumber(S->getName()) != "struct.anon" &&
         withoutNumber(S->getName()) != "union.anon";
}

MemberPath memberPath(const Value &Pointer, const DataLayout &DL) {
  MemberPath Best;
  uint64_t Offset = 0;
  const Value *V = &Pointer;
  while (const auto *GEP = dyn_cast<GEPOperator>(V)) {
    Type *T = GEP->getSourceElementType();
    if (GEP->getType()->isVectorTy() || !T->isAggregateType())
      break;
    Offset += offsetInElement(*GEP, DL);
    if (isNamedStruct(T)) {
      Best.Struct = cast<StructType>(T);
      Best.Offset = Offset;
    }
    if (!staysInObject(*GEP))
      break;
    V = GEP->getPointerOperand();
  }
  return Best;
}

const DIType *stripQualifiers(const DIType *T) {
  while (const auto *Derived = dyn_cast_or_null<DIDerivedType>(T)) {
    unsigned Tag = Derived->getTag();
    if (Tag != dwarf::DW_TAG_typedef && Tag != dwarf::DW_TAG_const_type &&
        Tag != dwarf::DW_TAG_volatile_type &&
        Tag != dwarf::DW_TAG_restrict_type && Tag != dwarf::DW_TAG_atomic_type)
      break;
    T = Derived->getBaseType();
  }
  return T;
}

namespace {
struct FoundMember {
  std::string Path;
  uint64_t BitOffset = 0, BitSize = 0;
  bool InUnionWithPointer = false;
};
} // namespace

static bool isPointer(const DIType *T) {
  const auto *Derived = dyn_cast_or_null<DIDerivedType>(stripQualifiers(T));
  return Derived && Derived->getTag() == dwarf::DW_TAG_pointer_type;
}

/// Does a pointer lie anywhere in these bits of \p T?
static bool holdsPointer(const DIType *T, unsigned Depth = 0) {
  T = stripQualifiers(T);
  if (isPointer(T))
    return true;
  const auto *Composite = dyn_cast_or_null<DICompositeType>(T);
  if (!Composite || Depth > 8)
    return false;
  if (Composite->getTag() == dwarf::DW_TAG_array_type)
    return holdsPointer(Composite->getBaseType(), Depth + 1);
  for (const DINode *Node : Composite->getElements())
    if (const auto *Member = dyn_cast<DIDerivedType>(Node))
      if (holdsPointer(Member->getBaseType(), Depth + 1))
        return true;
  return false;
}

/// Does an integer of just this size lie at these bits of \p T, in one of the
/// ways to see it?
static bool holdsInteger(const DIType *T, uint64_t Bit, uint64_t Size,
                         unsigned Depth = 0) {
  T = stripQualifiers(T);
  if (const auto *Basic = dyn_cast_or_null<DIBasicType>(T))
    return !Bit && Basic->getSizeInBits() == Size &&
           (Basic->getEncoding() == dwarf::DW_ATE_signed ||
            Basic->getEncoding() == dwarf::DW_ATE_unsigned);
  const auto *Composite = dyn_cast_or_null<DICompositeType>(T);
  if (!Composite || Depth > 8)
    return false;
  if (Composite->getTag() == dwarf::DW_TAG_enumeration_type)
    return !Bit && Composite->getSizeInBits() == Size;
  if (Composite->getTag() == dwarf::DW_TAG_array_type) {
    const DIType *Element = stripQualifiers(Composite->getBaseType());
    uint64_t Step = Element ? Element->getSizeInBits() : 0;
    return Step && holdsInteger(Element, Bit % Step, Size, Depth + 1);
  }
  for (const DINode *Node : Composite->getElements()) {
    const auto *Member = dyn_cast<DIDerivedType>(Node);
    if (Member && !Member->isBitField() && Member->getOffsetInBits() <= Bit &&
        holdsInteger(Member->getBaseType(), Bit - Member->getOffsetInBits(),
                     Size, Depth + 1))
      return true;
  }
  return false;
}

static const DIDerivedType *memberAt(const DICompositeType &Type, uint64_t Bit,
                                     uint64_t Size) {
  for (const DINode *Node : Type.getElements()) {
    const auto *Member = dyn_cast<DIDerivedType>(Node);
    if (!Member || Member->getTag() != dwarf::DW_TAG_member)
      continue;
    uint64_t Start = Member->getOffsetInBits();
    uint64_t Length = Member->getSizeInBits();
    bool Flexible = Length == 0 && Bit >= Start;
    if (Start <= Bit && (Flexible || Bit + Size <= Start + Length))
      return Member;
  }
  return nullptr;
}

/// Name what lies at these bits of \p Type; false if nothing has a name there.
static bool findMember(const DICompositeType &Type, uint64_t Bit, uint64_t Size,
                       FoundMember &Found) {
  const DICompositeType *At = &Type;
  uint64_t Start = 0;
  for (unsigned Depth = 0; At && Depth < 16; Depth++) {
    if (At->getTag() == dwarf::DW_TAG_union_type && holdsPointer(At))
      Found.InUnionWithPointer = true;
    const DIDerivedType *Member = memberAt(*At, Bit - Start, Size);
    if (!Member)
      break;
    Start += Member->getOffsetInBits();
    if (!Member->getName().empty()) {
      if (!Found.Path.empty())
        Found.Path += '.';
      Found.Path += Member->getName();
      Found.BitOffset = Start;
      Found.BitSize = Member->getSizeInBits();
    }
    const auto *Inner = dyn_cast_or_null<DICompositeType>(
        stripQualifiers(Member->getBaseType()));
    bool IsRecord = Inner && (Inner->getTag() == dwarf::DW_TAG_structure_type ||
                              Inner->getTag() == dwarf::DW_TAG_union_type);
    At = IsRecord ? Inner : nullptr;
  }
  return !Found.Path.empty();
}

const DIType *pointerMemberAt(const DICompositeType &Type, uint64_t Bit) {
  const DICompositeType *At = &Type;
  while (At && At->getTag() == dwarf::DW_TAG_structure_type) {
    const DIDerivedType *Member = memberAt(*At, Bit, 64);
    if (!Member || Member->isBitField())
      return nullptr;
    Bit -= Member->getOffsetInBits();
    const DIType *T = stripQualifiers(Member->getBaseType());
    if (isPointer(T))
      return Bit ? nullptr : T;
    At = dyn_cast_or_null<DICompositeType>(T);
  }
  return nullptr;
}

//===-- Bitfields ----------------------------------------------------------===

/// The bits of a loaded storage unit that its users look at: what the
/// frontend emits for a bitfield.
static bool usedBits(const LoadInst &Load, uint64_t &Bit, uint64_t &Size) {
  if (!Load.getType()->isIntegerTy() || !Load.hasOneUse())
    return false;
  uint64_t Width = Load.getType()->getIntegerBitWidth();
  const auto *Use = dyn_cast<Instruction>(*Load.user_begin());
  const APInt *Shift, *Other;
  if (match(Use, m_And(m_Specific(&Load), m_APInt(Other))) && Other->isMask()) {
    Bit = 0;
    Size = Other->getActiveBits();
    return true;
  }
  if (match(Use, m_LShr(m_Specific(&Load), m_APInt(Shift)))) {
    Bit = Shift->getZExtValue();
    Size = Width - Bit;
    if (Use->hasOneUse() &&
        match(*Use->user_begin(), m_And(m_Specific(Use), m_APInt(Other))) &&
        Other->isMask())
      Size = Other->getActiveBits();
    return true;
  }
  if (match(Use, m_AShr(m_Specific(&Load), m_APInt(Shift)))) {
    Bit = Shift->getZExtValue();
    Size = Width - Bit;
    return true;
  }
  if (match(Use, m_Shl(m_Specific(&Load), m_APInt(Shift))) &&
      Use->hasOneUse() &&
      match(*Use->user_begin(), m_AShr(m_Specific(Use), m_APInt(Other)))) {
    Size = Width - Other->getZExtValue();
    Bit = Other->getZExtValue() - Shift->getZExtValue();
    return true;
  }
  return false;
}

//===-- Unions -------------------------------------------------------------===

/// An integer as wide as a pointer, where there may be a pointer. \p Type and
/// \p Bit: where it is, if that is known. What has been declared an integer
/// and is loaded as one is a number, until it is stored where it could become
/// a pointer: then the store is marked.
static void markPun(Instruction &I, const DICompositeType *Type, uint64_t Bit) {
  if (!isa<LoadInst>(I) && !isa<StoreInst>(I))
    return;
  llvm::Type *T = getLoadStoreType(&I);
  if (!T->isIntegerTy() || T->getIntegerBitWidth() < 64)
    return;
  if (isa<LoadInst>(I) && Type &&
      holdsInteger(Type, Bit, T->getIntegerBitWidth()))
    return;
  I.setMetadata(PunMetadata, MDNode::get(I.getContext(), {}));
}

/// The union that an access without any address arithmetic is made to.
static const StructType *wholeUnion(const Value &Pointer) {
  Type *T = nullptr;
  if (const auto *Variable = dyn_cast<AllocaInst>(&Pointer))
    T = Variable->getAllocatedType();
  else if (const auto *Variable = dyn_cast<GlobalVariable>(&Pointer))
    T = Variable->getValueType();
  else if (const auto *GEP = dyn_cast<GEPOperator>(&Pointer))
    T = GEP->getResultElementType();
  const auto *S = dyn_cast_or_null<StructType>(T);
  return S && S->hasName() && startsWith(S->getName(), "union.") ? S : nullptr;
}

bool isInUnionWithPointer(const Value &Pointer, const TypeIndex &Types,
                          const DataLayout &DL) {
  APInt Distance(DL.getIndexTypeSizeInBits(Pointer.getType()), 0);
  const Value *Base =
      Pointer.stripAndAccumulateConstantOffsets(DL, Distance, true);
  const auto *Variable = dyn_cast<AllocaInst>(Base);
  if (!Variable)
    return false;
  Type *T = Variable->getAllocatedType();
  uint64_t Offset = Distance.getZExtValue();
  while (Offset < DL.getTypeAllocSize(T).getFixedValue()) {
    if (auto *A = dyn_cast<ArrayType>(T)) {
      T = A->getElementType();
      Offset %= DL.getTypeAllocSize(T).getFixedValue();
      continue;
    }
    auto *S = dyn_cast<StructType>(T);
    if (!S)
      return false;
    if (S->hasName() && startsWith(S->getName(), "union.")) {
      const DICompositeType *Union = Types.find(*S);
      return !Union || holdsPointer(Union);
    }
    const StructLayout *Layout = DL.getStructLayout(S);
    unsigned Element = Layout->getElementContainingOffset(Offset);
    Offset -= uint64_t(Layout->getElementOffset(Element));
    T = S->getElementType(Element);
  }
  return false;
}

//===-- Recording ----------------------------------------------------------===

namespace {
struct Recorder {
  Module &M;
  const DataLayout &DL;
  const TypeIndex &Types;
  NamedMDNode *List = nullptr;
  StringSet<> Known;

  void add(const DICompositeType &Type, const FoundMember &Found);
  void markWithoutMember(Instruction &I, const Value &Pointer,
                         const StructType *Struct);
  void visit(Instruction &I, const Value &Pointer, uint64_t Bits);
};
} // namespace

void Recorder::add(const DICompositeType &Type, const FoundMember &Found) {
  if (!Known.insert((Type.getName() + "." + Found.Path).str()).second)
    return;
  LLVMContext &Context = M.getContext();
  auto number = [&](uint64_t Value) {
    return ConstantAsMetadata::get(
        ConstantInt::get(llvm::Type::getInt32Ty(Context), Value));
  };
  if (!List)
    List = M.getOrInsertNamedMetadata(LayoutMetadata);
  List->addOperand(
      MDNode::get(Context, {MDString::get(Context, Type.getName()),
                            MDString::get(Context, Found.Path),
                            number(Found.BitOffset), number(Found.BitSize)}));
}

/// Of an access in \p Struct, of which nothing is known, or in none: is it one
/// to a union?
void Recorder::markWithoutMember(Instruction &I, const Value &Pointer,
                                 const StructType *Struct) {
  const StructType *Union = wholeUnion(Pointer);
  const DICompositeType *Type = Union ? Types.find(*Union) : nullptr;
  if ((Union && (!Type || holdsPointer(Type))) ||
      (Struct && startsWith(Struct->getName(), "union.")))
    markPun(I, Type, 0);
}

void Recorder::visit(Instruction &I, const Value &Pointer, uint64_t Bits) {
  MemberPath Path = memberPath(Pointer, DL);
  const DICompositeType *Type =
      Path.Struct ? Types.find(*Path.Struct) : nullptr;
  if (!Type) {
    markWithoutMember(I, Pointer, Path.Struct);
    return;
  }
  uint64_t Bit = Path.Offset * 8, UsedBit, UsedSize;
  const auto *Load = dyn_cast<LoadInst>(&I);
  FoundMember Found;
  bool Named = false;
  if (Load && usedBits(*Load, UsedBit, UsedSize))
    Named = findMember(*Type, Bit + UsedBit, UsedSize, Found);
  if (!Named) {
    Found = FoundMember();
    Named = findMember(*Type, Bit, Bits, Found);
  }
  if (!Named) {
    markWithoutMember(I, Pointer, nullptr);
    return;
  }
  LLVMContext &Context = M.getContext();
  std::string Name = (Type->getName() + "." + Found.Path).str();
  I.setMetadata(MemberMetadata,
                MDNode::get(Context, MDString::get(Context, Name)));
  if (Found.InUnionWithPointer)
    markPun(I, Type, Bit);
  if (isKernelType(*Type) && Found.BitSize)
    add(*Type, Found);
}

void recordLayouts(Module &M, const TypeIndex &Types) {
  const DataLayout &DL = M.getDataLayout();
  Recorder R{M, DL, Types, nullptr, {}};
  for (Function &F : M) {
    for (BasicBlock &Block : F) {
      for (Instruction &I : Block) {
        Type *T = nullptr;
        const Value *Pointer = getLoadStorePointerOperand(&I);
        if (Pointer)
          T = getLoadStoreType(&I);
        else if (const auto *RMW = dyn_cast<AtomicRMWInst>(&I))
          Pointer = RMW->getPointerOperand(), T = RMW->getType();
        if (Pointer) {
          R.visit(I, *Pointer, DL.getTypeStoreSizeInBits(T).getFixedValue());
          continue;
        }
        // Addresses of members (arrays, embedded structs) that are passed on.
        if (const auto *Call = dyn_cast<CallBase>(&I)) {
          if (isa<DbgInfoIntrinsic>(Call))
            continue;
          for (const Value *Argument : Call->args())
            if (Argument->getType()->isPointerTy() && !memberOf(I).size())
              R.visit(I, *Argument, 1);
        }
      }
    }
  }
}

} // namespace fathom
