// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors

/// \file
/// Globals that may be the target's. The linker's rule decides when the
/// program starts: what neither the program nor one of its libraries defines
/// belongs to the target. Until then the address is a value in a slot, so that
/// neither optimizer nor linker takes it for a constant.
///
/// A slot holds a pointer of unknown origin: the runtime tags the address of a
/// symbol of the target that is in the lower half (an offset in the per-CPU
/// area is).
#include "Fathom.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Operator.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

using namespace llvm;

namespace fathom {

static constexpr char RootedAttribute[] = "fathom-rooted";
static constexpr char FunctionAttribute[] = "fathom-function";
static constexpr char OptionalAttribute[] = "fathom-optional";

const GlobalVariable *slotOf(const Value *V) {
  const auto *Load = dyn_cast<LoadInst>(V);
  if (!Load)
    return nullptr;
  const auto *Slot = dyn_cast<GlobalVariable>(Load->getPointerOperand());
  return Slot && startsWith(Slot->getName(), SlotPrefix) ? Slot : nullptr;
}

bool isRootedSlot(const GlobalVariable &Slot) {
  return Slot.hasAttribute(RootedAttribute);
}

bool isFunctionSlot(const GlobalVariable &Slot) {
  return Slot.hasAttribute(FunctionAttribute);
}

bool isOptionalSlot(const GlobalVariable &Slot) {
  return Slot.hasAttribute(OptionalAttribute);
}

//===-- Which globals ------------------------------------------------------===

/// Weak declarations of these mean something else to a linker.
static bool isHidden(const GlobalValue &V) {
  return V.hasHiddenVisibility() || V.hasProtectedVisibility() ||
         V.hasDLLImportStorageClass();
}

static bool mayBeTargets(const GlobalValue &V) {
  if (!V.isDeclaration() || V.isThreadLocal() || isHidden(V) || !V.hasName() ||
      startsWith(V.getName(), "llvm.") || startsWith(V.getName(), "__fathom_"))
    return false;
  if (const auto *F = dyn_cast<Function>(&V))
    return !F->isIntrinsic() && !isFathomFunction(F->getName());
  return isa<GlobalVariable>(V) && !isLibcVariable(V.getName());
}

/// Of a kernel's struct type, and not one that programs have, too.
static bool isOfKernelType(const GlobalValue &V, const TypeIndex &Types) {
  Type *T = V.getValueType();
  while (const auto *A = dyn_cast<ArrayType>(T))
    T = A->getElementType();
  const auto *S = dyn_cast<StructType>(T);
  const DICompositeType *Type = S ? Types.find(*S) : nullptr;
  return Type && isKernelType(*Type) && !isGenericType(*Type);
}

//===-- Uses ---------------------------------------------------------------===

namespace {
struct Slots {
  Module &M;
  const TypeIndex &Types;
  const DataLayout &DL;
  DenseMap<const GlobalValue *, GlobalVariable *> Known;
  DenseMap<const Constant *, bool> Mentions;
  SmallVector<Constant *, 16> Relocations;
  bool Changed = false;

  Slots(Module &M, const TypeIndex &Types)
      : M(M), Types(Types), DL(M.getDataLayout()) {}
  GlobalVariable *slot(GlobalValue &V);
  bool mentions(const Constant *C);
  Value *load(IRBuilder<> &B, GlobalValue &V);
  Value *expand(IRBuilder<> &B, Constant *C);
  void rewrite(Instruction &I);
  void rewritePhi(PHINode &Phi);
  Constant *strip(Constant *C, uint64_t Offset, GlobalVariable &Variable);
  void relocate(GlobalVariable &Variable, uint64_t Offset, GlobalValue &V,
                uint64_t Addend);
  void emitRelocations();
  void rewriteInitializer(GlobalVariable &Variable);
};
} // namespace

GlobalVariable *Slots::slot(GlobalValue &V) {
  GlobalVariable *&Slot = Known[&V];
  if (Slot)
    return Slot;
  std::string Name = (SlotPrefix + V.getName()).str();
  Slot = M.getNamedGlobal(Name);
  if (Slot)
    return Slot;
  Type *Word = Type::getInt64Ty(M.getContext());
  Slot = new GlobalVariable(M, Word, false, GlobalValue::LinkOnceODRLinkage,
                            ConstantInt::get(Word, 0), Name);
  Slot->setVisibility(GlobalValue::HiddenVisibility);
  Slot->setComdat(M.getOrInsertComdat(Name));
  Slot->setExternallyInitialized(true);
  Slot->setAlignment(Align(8));
  if (isa<Function>(V))
    Slot->addAttribute(FunctionAttribute);
  if (V.hasExternalWeakLinkage())
    Slot->addAttribute(OptionalAttribute);
  if (isOfKernelType(V, Types))
    Slot->addAttribute(RootedAttribute);
  return Slot;
}

/// Is a global that may be the target's part of \p C?
bool Slots::mentions(const Constant *C) {
  if (const auto *V = dyn_cast<GlobalValue>(C))
    return mayBeTargets(*V);
  if (isa<ConstantData>(C) || isa<BlockAddress>(C))
    return false;
  auto It = Mentions.find(C);
  if (It != Mentions.end())
    return It->second;
  bool Result = false;
  for (const Use &Operand : C->operands())
    if (const auto *Part = dyn_cast<Constant>(Operand))
      Result |= mentions(Part);
  Mentions[C] = Result;
  return Result;
}

Value *Slots::load(IRBuilder<> &B, GlobalValue &V) {
  LoadInst *Load =
      B.CreateAlignedLoad(B.getPtrTy(), slot(V), Align(8), V.getName());
  Load->setMetadata(LLVMContext::MD_invariant_load,
                    MDNode::get(M.getContext(), {}));
  if (V.getType()->getPointerAddressSpace() != 0)
    return B.CreateAddrSpaceCast(Load, V.getType());
  return Load;
}

/// The value of \p C, with instructions where it mentions such a global.
Value *Slots::expand(IRBuilder<> &B, Constant *C) {
  if (!mentions(C))
    return C;
  if (auto *V = dyn_cast<GlobalValue>(C))
    return load(B, *V);
  if (auto *Expression = dyn_cast<ConstantExpr>(C)) {
    SmallVector<Value *, 4> Operands;
    for (Use &Operand : Expression->operands())
      Operands.push_back(expand(B, cast<Constant>(Operand)));
    Instruction *I = Expression->getAsInstruction();
    for (unsigned N = 0; N < Operands.size(); N++)
      I->setOperand(N, Operands[N]);
    return B.Insert(I);
  }
  Value *Whole = PoisonValue::get(C->getType());
  for (unsigned N = 0; N < C->getNumOperands(); N++) {
    Value *Part = expand(B, cast<Constant>(C->getOperand(N)));
    Whole = C->getType()->isVectorTy()
                ? B.CreateInsertElement(Whole, Part, uint64_t(N))
                : B.CreateInsertValue(Whole, Part, N);
  }
  return Whole;
}

void Slots::rewritePhi(PHINode &Phi) {
  // One block may come in by several edges, with the same value.
  DenseMap<BasicBlock *, Value *> Values;
  for (unsigned N = 0; N < Phi.getNumIncomingValues(); N++) {
    auto *C = dyn_cast<Constant>(Phi.getIncomingValue(N));
    if (!C || !mentions(C))
      continue;
    Value *&V = Values[Phi.getIncomingBlock(N)];
    if (!V) {
      IRBuilder<> B(Phi.getIncomingBlock(N)->getTerminator());
      V = expand(B, C);
    }
    Phi.setIncomingValue(N, V);
    Changed = true;
  }
}

/// Does the assembler, not a register, want this operand?
static bool isImmediateOperand(const CallBase &Call, const Use &Operand) {
  const auto *Asm = dyn_cast<InlineAsm>(Call.getCalledOperand());
  if (!Asm || !Call.isArgOperand(&Operand))
    return false;
  unsigned Number = Call.getArgOperandNo(&Operand), At = 0;
  for (const InlineAsm::ConstraintInfo &C : Asm->ParseConstraints()) {
    if (!C.hasArg())
      continue;
    if (At++ != Number)
      continue;
    for (StringRef Code : C.Codes)
      if (Code != "i" && Code != "n" && Code != "s" && Code != "X")
        return false;
    return true;
  }
  return false;
}

void Slots::rewrite(Instruction &I) {
  if (auto *Phi = dyn_cast<PHINode>(&I)) {
    rewritePhi(*Phi);
    return;
  }
  auto *Call = dyn_cast<CallBase>(&I);
  if (isa<LandingPadInst>(I))
    return;
  for (Use &Operand : I.operands()) {
    auto *C = dyn_cast<Constant>(Operand.get());
    if (!C || !mentions(C))
      continue;
    // A direct call stays: the linker shall name a function that is missing.
    if (Call && Call->isCallee(&Operand) && isa<Function>(C))
      continue;
    if (Call && isImmediateOperand(*Call, Operand))
      continue;
    IRBuilder<> B(&I);
    Operand.set(expand(B, C));
    Changed = true;
  }
}

//===-- Static data --------------------------------------------------------===

void Slots::relocate(GlobalVariable &Variable, uint64_t Offset, GlobalValue &V,
                     uint64_t Addend) {
  LLVMContext &Context = M.getContext();
  Type *Word = Type::getInt64Ty(Context);
  Constant *Where = ConstantExpr::getGetElementPtr(
      Type::getInt8Ty(Context), &Variable, ConstantInt::get(Word, Offset));
  Relocations.push_back(ConstantStruct::getAnon(
      Context, {Where, slot(V), ConstantInt::get(Word, Addend)}));
}

void Slots::emitRelocations() {
  if (Relocations.empty())
    return;
  auto *T = ArrayType::get(Relocations[0]->getType(), Relocations.size());
  auto *Array =
      new GlobalVariable(M, T, true, GlobalValue::InternalLinkage,
                         ConstantArray::get(T, Relocations), RelocationsName);
  appendToCompilerUsed(M, {Array}); // until there is the module's record
}

/// \p C without the pointers that are to be set at start-up.
Constant *Slots::strip(Constant *C, uint64_t Offset, GlobalVariable &Variable) {
  if (!mentions(C))
    return C;
  if (auto *A = dyn_cast<ConstantAggregate>(C)) {
    SmallVector<Constant *, 16> Parts;
    for (unsigned N = 0; N < A->getNumOperands(); N++) {
      uint64_t At;
      if (auto *S = dyn_cast<StructType>(A->getType()))
        At = DL.getStructLayout(S)->getElementOffset(N);
      else
        At = N *
             DL.getTypeAllocSize(A->getOperand(N)->getType()).getFixedValue();
      Parts.push_back(strip(A->getOperand(N), Offset + At, Variable));
    }
    if (auto *S = dyn_cast<StructType>(A->getType()))
      return ConstantStruct::get(S, Parts);
    if (auto *T = dyn_cast<ArrayType>(A->getType()))
      return ConstantArray::get(T, Parts);
    return ConstantVector::get(Parts);
  }
  Constant *Pointer = C;
  if (auto *E = dyn_cast<ConstantExpr>(C))
    if (E->getOpcode() == Instruction::PtrToInt &&
        E->getType()->isIntegerTy(64))
      Pointer = E->getOperand(0);
  APInt Addend(64, 0);
  if (Pointer->getType()->isPointerTy()) {
    auto *V = dyn_cast<GlobalValue>(
        const_cast<Value *>(Pointer->stripAndAccumulateConstantOffsets(
            DL, Addend, /*AllowNonInbounds=*/true)));
    if (V && mayBeTargets(*V)) {
      relocate(Variable, Offset, *V, Addend.getZExtValue());
      return Constant::getNullValue(C->getType());
    }
  }
  reportError(Variable, "address of a kernel symbol in an expression that "
                        "cannot be computed at start-up,");
  return Constant::getNullValue(C->getType());
}

void Slots::rewriteInitializer(GlobalVariable &Variable) {
  if (!Variable.hasInitializer() || startsWith(Variable.getName(), "llvm.") ||
      Variable.hasAvailableExternallyLinkage() ||
      !mentions(Variable.getInitializer()))
    return;
  if (Variable.isThreadLocal()) {
    reportError(Variable, "address of a kernel symbol");
    return;
  }
  Variable.setInitializer(strip(Variable.getInitializer(), 0, Variable));
  Variable.setConstant(false);
  Variable.setExternallyInitialized(true);
  // Two variables that look alike now will not once they are set.
  Variable.setUnnamedAddr(GlobalValue::UnnamedAddr::None);
  if (startsWith(Variable.getSection(), ".rodata"))
    Variable.setSection("");
  Changed = true;
}

bool insertSlots(Module &M, const TypeIndex &Types) {
  Slots S(M, Types);
  SmallVector<Instruction *, 0> All;
  for (Function &F : M)
    for (BasicBlock &Block : F)
      for (Instruction &I : Block)
        All.push_back(&I);
  for (Instruction *I : All)
    S.rewrite(*I);
  SmallVector<GlobalVariable *, 16> Variables;
  for (GlobalVariable &Variable : M.globals())
    Variables.push_back(&Variable);
  for (GlobalVariable *Variable : Variables)
    S.rewriteInitializer(*Variable);
  S.emitRelocations();
  return S.Changed;
}

} // namespace fathom
