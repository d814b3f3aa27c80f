// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors

/// \file
/// Integers that become pointers, and pointers that become integers.
///
/// An integer that becomes a pointer is an address of the target, unless it
/// was made of a local pointer in a way that dataflow shows. Where it was made
/// of a pointer that is told apart when run, a flag is computed beside it.
#define FATHOM_ABI_TYPES_ONLY
#include "fathom/abi.h"

#include "Fathom.h"

#include "llvm/IR/InstIterator.h"
#include "llvm/IR/MDBuilder.h"

using namespace llvm;

namespace fathom {

//===-- Tags ---------------------------------------------------------------===

static Value *unlikelySelect(IRBuilder<> &B, Value *Condition, Value *Then,
                             Value *Else) {
  Value *V = B.CreateSelect(Condition, Then, Else);
  // Not a cmov: the branch is always predicted, the value is waited for.
  if (auto *Select = dyn_cast<SelectInst>(V))
    Select->setMetadata(
        LLVMContext::MD_prof,
        MDBuilder(B.getContext()).createBranchWeights(1, 1 << 20));
  return V;
}

Value *emitTag(IRBuilder<> &B, Value *Integer) {
  Type *T = Integer->getType();
  Value *Positive = B.CreateICmpSGT(Integer, Constant::getNullValue(T));
  Value *Marked =
      B.CreateOr(Integer, ConstantInt::get(T, uint64_t(FATHOM_TAG_BIT)));
  return unlikelySelect(B, Positive, Marked, Integer);
}

Value *emitUntag(IRBuilder<> &B, Value *Integer) {
  Type *T = Integer->getType();
  Value *Top = B.CreateLShr(Integer, ConstantInt::get(T, 56));
  Value *IsTagged =
      B.CreateICmpEQ(Top, ConstantInt::get(T, uint64_t(FATHOM_TAG_BIT) >> 56));
  Value *Clear =
      B.CreateAnd(Integer, ConstantInt::get(T, ~uint64_t(FATHOM_TAG_BIT)));
  return unlikelySelect(B, IsTagged, Clear, Integer);
}

//===-- Flags --------------------------------------------------------------===

namespace {
struct Flags {
  Lowering &L;
  DenseMap<Value *, Value *> Known;

  explicit Flags(Lowering &L) : L(L) {}

  Value *get(Value *Integer);
  Value *ofInstruction(Instruction &I);
  Value *ofBoth(IRBuilder<> &B, Value *X, Value *Y);
};
} // namespace

static constexpr Origins ToldApartWhenRun = MayLocal | MayRooted | MayAnything;

/// Local only if each side that is made of a pointer is.
Value *Flags::ofBoth(IRBuilder<> &B, Value *X, Value *Y) {
  constexpr Origins Pointers = ToldApartWhenRun | MayKernel;
  bool UseX = L.TheClasses.origins(X) & Pointers;
  bool UseY = L.TheClasses.origins(Y) & Pointers;
  if (UseX && UseY)
    return B.CreateAnd(get(X), get(Y));
  return get(UseY ? Y : X);
}

Value *Flags::ofInstruction(Instruction &I) {
  LLVMContext &Context = I.getContext();
  if (auto *Phi = dyn_cast<PHINode>(&I)) {
    IRBuilder<> B(Phi);
    PHINode *Flag =
        B.CreatePHI(B.getInt1Ty(), Phi->getNumIncomingValues(), "fathom.local");
    Known[&I] = Flag;
    for (unsigned N = 0; N < Phi->getNumIncomingValues(); N++)
      Flag->addIncoming(get(Phi->getIncomingValue(N)),
                        Phi->getIncomingBlock(N));
    return Flag;
  }
  Instruction *Next = I.getNextNode();
  if (!Next || I.isTerminator())
    return ConstantInt::getFalse(Context);
  IRBuilder<> B(Next);
  if (auto *Cast = dyn_cast<PtrToIntInst>(&I)) {
    Value *Base = baseOf(Cast->getPointerOperand());
    return B.CreateICmpSGT(B.CreatePtrToInt(Base, B.getInt64Ty()),
                           B.getInt64(0), "fathom.local");
  }
  if (auto *Select = dyn_cast<SelectInst>(&I))
    return B.CreateSelect(Select->getCondition(), get(Select->getTrueValue()),
                          get(Select->getFalseValue()));
  if (isa<FreezeInst>(I) || isa<BitCastInst>(I))
    return get(I.getOperand(0));
  if (isa<BinaryOperator>(I))
    return ofBoth(B, I.getOperand(0), I.getOperand(1));
  if (auto *Call = dyn_cast<CallBase>(&I)) {
    if (std::optional<unsigned> Operand = identityOperand(*Call))
      return get(Call->getArgOperand(*Operand));
    if (isa<IntrinsicInst>(Call) && Call->arg_size() == 2)
      return ofBoth(B, Call->getArgOperand(0), Call->getArgOperand(1));
  }
  return ConstantInt::getFalse(Context);
}

Value *Flags::get(Value *Integer) {
  Origins O = L.TheClasses.origins(Integer) & ~FromTarget;
  LLVMContext &Context = Integer->getContext();
  if (O == MayLocal)
    return ConstantInt::getTrue(Context);
  auto *I = dyn_cast<Instruction>(Integer);
  if (!(O & ToldApartWhenRun) || !I)
    return ConstantInt::getFalse(Context);
  auto It = Known.find(I);
  if (It != Known.end())
    return It->second;
  Value *Flag = ofInstruction(*I);
  Known[I] = Flag;
  return Flag;
}

void lowerIntegers(Lowering &L, Function &F) {
  SmallVector<IntToPtrInst *, 16> Casts;
  for (Instruction &I : instructions(F))
    if (auto *Cast = dyn_cast<IntToPtrInst>(&I))
      Casts.push_back(Cast);
  Flags TheFlags(L);
  for (IntToPtrInst *Cast : Casts) {
    Value *Integer = Cast->getOperand(0);
    if (Cast->getType()->getScalarType()->getPointerAddressSpace() != 0)
      continue;
    if (Cast->getType()->isVectorTy()) {
      IRBuilder<> B(Cast);
      if (Integer->getType()->getScalarSizeInBits() == 64)
        Cast->setOperand(0, emitTag(B, Integer));
      continue;
    }
    Class Where = L.TheClasses.of(Cast);
    if (Where == Class::Local || Where == Class::Kernel)
      continue;
    Value *IsLocal = TheFlags.get(Integer);
    IRBuilder<> B(Cast);
    Cast->setOperand(0, B.CreateSelect(IsLocal, Integer, emitTag(B, Integer)));
    L.Changed = true;
  }
}

} // namespace fathom
