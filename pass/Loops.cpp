// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors

/// \file
/// A list in hostile memory need not end. Loops that are left only when the
/// target's memory says so count their iterations.
#include "Fathom.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/IR/MDBuilder.h"

#define DEBUG_TYPE "fathom"

using namespace llvm;

ALWAYS_ENABLED_STATISTIC(LimitedLoops, "Loops given a limit");

namespace fathom {

/// Does this instruction bring in a value that the target may choose?
static bool isTargets(const Lowering &L, const Instruction &I) {
  const Classes &C = L.TheClasses;
  if (const auto *Load = dyn_cast<LoadInst>(&I)) {
    if (slotOf(Load))
      return false;
    return C.of(Load->getPointerOperand()) != Class::Local ||
           (Load->getType()->isPointerTy() && C.of(Load) != Class::Local);
  }
  if (const auto *RMW = dyn_cast<AtomicRMWInst>(&I))
    return C.of(RMW->getPointerOperand()) != Class::Local;
  if (const auto *Exchange = dyn_cast<AtomicCmpXchgInst>(&I))
    return C.of(Exchange->getPointerOperand()) != Class::Local;
  const auto *Call = dyn_cast<CallBase>(&I);
  if (!Call || isa<IntrinsicInst>(Call))
    return false;
  if (Call->getType()->isPointerTy() && C.of(Call) != Class::Local)
    return true;
  for (const Value *Argument : Call->args())
    if (Argument->getType()->isPointerTy() &&
        !isa<ConstantPointerNull>(Argument) && C.of(Argument) != Class::Local)
      return !Call->getType()->isVoidTy();
  return false;
}

/// Where the decision to leave \p TheLoop hangs on the target's memory; NULL
/// if it does not.
static const Instruction *targetsWill(const Lowering &L, const Loop &TheLoop) {
  SmallVector<BasicBlock *, 8> Exiting;
  TheLoop.getExitingBlocks(Exiting);
  SmallPtrSet<const Instruction *, 32> Seen;
  SmallVector<const Instruction *, 32> Queue;
  for (BasicBlock *Block : Exiting)
    Queue.push_back(Block->getTerminator());
  while (!Queue.empty()) {
    const Instruction *I = Queue.pop_back_val();
    if (!TheLoop.contains(I) || !Seen.insert(I).second)
      continue;
    if (isTargets(L, *I))
      return I;
    for (const Value *Operand : I->operands())
      if (const auto *Next = dyn_cast<Instruction>(Operand))
        Queue.push_back(Next);
  }
  return nullptr;
}

namespace {
struct Limit {
  BasicBlock *Header;
  /// Blocks are split while loops are limited; terminators stay.
  SmallPtrSet<Instruction *, 4> Latches;
  Constant *Site;
};
} // namespace

static Value *limitValue(Lowering &L, Function &F) {
  Type *Word = Type::getInt64Ty(L.M.getContext());
  Constant *Variable = L.M.getOrInsertGlobal("__fathom_loop_limit", Word);
  IRBuilder<> B(&*F.getEntryBlock().getFirstInsertionPt());
  return B.CreateAlignedLoad(Word, Variable, Align(8), "fathom.limit");
}

static void insertCounter(Lowering &L, const Limit &TheLimit, Value *Start) {
  LLVMContext &Context = L.M.getContext();
  BasicBlock *Header = TheLimit.Header;
  IRBuilder<> B(&*Header->getFirstInsertionPt());
  B.SetCurrentDebugLocation(DebugLoc());
  PHINode *Left = PHINode::Create(B.getInt64Ty(), 2, "fathom.left");
  Value *Next = B.CreateSub(Left, B.getInt64(1));
  Value *UsedUp = B.CreateICmpEQ(Left, B.getInt64(0));
  Instruction *Then = splitIfThen(
      UsedUp, cast<Instruction>(UsedUp)->getNextNode(), true, false);
  IRBuilder<> Exceeded(Then);
  FunctionCallee Callee = L.M.getOrInsertFunction("__fathom_loop_exceeded",
                                                  Type::getVoidTy(Context),
                                                  PointerType::get(Context, 0));
  Exceeded.CreateCall(Callee, {TheLimit.Site})->setDoesNotReturn();
  IRBuilder<> Top(Header, Header->begin());
  Top.Insert(Left);
  for (BasicBlock *From : predecessors(Header))
    Left->addIncoming(
        TheLimit.Latches.count(From->getTerminator()) ? Next : Start, From);
}

void limitLoops(Lowering &L, Function &F, FunctionAnalysisManager &FAM) {
  auto &Info = FAM.getResult<LoopAnalysis>(F);
  if (Info.empty())
    return;
  auto &SE = FAM.getResult<ScalarEvolutionAnalysis>(F);
  SmallVector<Limit, 8> Limits;
  for (Loop *TheLoop : Info.getLoopsInPreorder()) {
    if (SE.hasLoopInvariantBackedgeTakenCount(TheLoop) ||
        TheLoop->getHeader()->isEHPad())
      continue;
    const Instruction *Why = targetsWill(L, *TheLoop);
    if (!Why)
      continue;
    Limit New;
    New.Header = TheLoop->getHeader();
    for (BasicBlock *From : predecessors(New.Header))
      if (TheLoop->contains(From))
        New.Latches.insert(From->getTerminator());
    New.Site = L.TheSites.get(*Why, 0);
    Limits.push_back(New);
  }
  if (Limits.empty())
    return;
  Value *Start = limitValue(L, F);
  for (const Limit &TheLimit : Limits) {
    insertCounter(L, TheLimit, Start);
    LimitedLoops++;
  }
  L.Changed = true;
}

} // namespace fathom
