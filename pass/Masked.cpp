// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors

/// \file
/// Masked, gathering and scattering accesses, lane by lane: each lane of a
/// vector may be on another page, or not the target's at all.
#include "Fathom.h"

using namespace llvm;

namespace fathom {

namespace {
struct MaskedCall {
  Value *Pointer = nullptr; ///< one, or one for each lane
  Value *Mask = nullptr;
  Value *Data = nullptr; ///< pass-through of a load, value of a store
  bool IsStore = false;
};
} // namespace

/// Operands in the order of LLVM 16 (with an alignment) or 22 (without).
static MaskedCall parse(const IntrinsicInst &Call) {
  MaskedCall Result;
  Intrinsic::ID ID = Call.getIntrinsicID();
  Result.IsStore =
      ID == Intrinsic::masked_store || ID == Intrinsic::masked_scatter;
  SmallVector<Value *, 3> Operands;
  for (Value *Argument : Call.args())
    if (!isa<ConstantInt>(Argument))
      Operands.push_back(Argument);
  if (Result.IsStore) {
    Result.Data = Operands[0];
    Result.Pointer = Operands[1];
    Result.Mask = Operands[2];
  } else {
    Result.Pointer = Operands[0];
    Result.Mask = Operands[1];
    Result.Data = Operands[2];
  }
  return Result;
}

static bool isMasked(const IntrinsicInst &Call) {
  switch (Call.getIntrinsicID()) {
  case Intrinsic::masked_load:
  case Intrinsic::masked_gather:
  case Intrinsic::masked_store:
  case Intrinsic::masked_scatter:
    return true;
  default:
    return false;
  }
}

static Value *lanePointer(IRBuilder<> &B, const MaskedCall &Masked, Type *T,
                          unsigned Lane) {
  if (Masked.Pointer->getType()->isVectorTy())
    return B.CreateExtractElement(Masked.Pointer, uint64_t(Lane));
  return B.CreateConstGEP1_64(T, Masked.Pointer, Lane);
}

/// Runs before classification, so that the new accesses are like any others.
bool scalariseMasked(IntrinsicInst &Call) {
  if (!isMasked(Call))
    return false;
  MaskedCall Masked = parse(Call);
  auto *Vector = dyn_cast<FixedVectorType>(Masked.Data->getType());
  if (!Vector || isOwnObject(Masked.Pointer))
    return false;
  Type *T = Vector->getElementType();
  Value *Result = Masked.Data;
  for (unsigned Lane = 0; Lane < Vector->getNumElements(); Lane++) {
    IRBuilder<> B(&Call);
    Value *Condition = B.CreateExtractElement(Masked.Mask, uint64_t(Lane));
    Instruction *Before = splitIfThen(Condition, &Call, false);
    IRBuilder<> Then(Before);
    Then.SetCurrentDebugLocation(Call.getDebugLoc());
    Value *Pointer = lanePointer(Then, Masked, T, Lane);
    if (Masked.IsStore) {
      Then.CreateAlignedStore(
          Then.CreateExtractElement(Masked.Data, uint64_t(Lane)), Pointer,
          Align(1));
      continue;
    }
    Value *Loaded = Then.CreateAlignedLoad(T, Pointer, Align(1));
    Value *With = Then.CreateInsertElement(Result, Loaded, uint64_t(Lane));
    BasicBlock *Skipped = Before->getParent()->getSinglePredecessor();
    IRBuilder<> Join(&*Call.getParent()->begin());
    PHINode *Phi = Join.CreatePHI(Vector, 2);
    Phi->addIncoming(Result, Skipped);
    Phi->addIncoming(With, Before->getParent());
    Result = Phi;
  }
  if (!Masked.IsStore)
    Call.replaceAllUsesWith(Result);
  Call.eraseFromParent();
  return true;
}

} // namespace fathom
