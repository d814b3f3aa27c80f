// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors

/// \file
/// A counted loop that reads the target at a constant stride asks the runtime
/// once, before it starts, for everything it is going to read:
///
///   for (i = 0; i < n; i++)         span = __fathom_span(p, p, n - 1, 4, 4);
///           sum += p[i];        =>  if (span)
///                                           for (i = 0; i < n; i++)
///                                                   sum += span[i];
///                                   else
///                                           for (i = 0; i < n; i++)
///                                                   sum += p[i];
///
/// The first loop is an ordinary one over local memory, which the vectoriser
/// takes as such; besides, the whole array arrives in one agent call. The
/// runtime returns NULL when any byte of the span cannot be had; then the
/// second loop, lowered access by access, faults where the program would.
#include "Fathom.h"

#include "llvm/ADT/Statistic.h"
#include "llvm/Analysis/AssumptionCache.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/ScalarEvolutionExpressions.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/Support/ModRef.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include "llvm/Transforms/Utils/LoopSimplify.h"
#include "llvm/Transforms/Utils/LoopUtils.h"
#include "llvm/Transforms/Utils/ScalarEvolutionExpander.h"

#define DEBUG_TYPE "fathom"

using namespace llvm;

ALWAYS_ENABLED_STATISTIC(SpannedLoops, "Loops given one translation");
ALWAYS_ENABLED_STATISTIC(SpannedLoads, "Loads served by a loop's translation");

namespace fathom {

namespace {

// A larger stride touches a new page each time: one translation each is fair.
constexpr int64_t MaxStride = 1 << 16;

// A shorter loop is done before the call has returned.
constexpr uint64_t MinTripCount = 8;

/// Loads of one loop that a single translation serves: same stride, and
/// starts that differ by constants.
struct Span {
  Value *Base;       // NULL if certainly the target's
  const SCEV *Start; // of the access with the lowest address
  int64_t Stride;
  int64_t Size; // bytes from the lowest start to the highest end
  SmallVector<std::pair<LoadInst *, int64_t>, 4> Loads; // load, offset
};

/// What has to be there for a loop to be taken.
struct Analyses {
  LoopInfo &LI;
  DominatorTree &DT;
  ScalarEvolution &SE;
  AssumptionCache &AC;
};

} // namespace

/// Nothing in the loop may start a new epoch, end the program or write where
/// the span lies: calls are out, except those that touch no memory.
static bool onlyLocalEffects(const Loop &L) {
  for (const BasicBlock *BB : L.blocks()) {
    for (const Instruction &I : *BB) {
      if (I.isAtomic() || I.isVolatile() || I.mayThrow())
        return false;
      const auto *Call = dyn_cast<CallBase>(&I);
      if (Call && !isa<DbgInfoIntrinsic>(Call) &&
          !Call->isLifetimeStartOrEnd() && !Call->doesNotAccessMemory() &&
          !Call->onlyAccessesInaccessibleMemory())
        return false;
      if (Call && Call->isConvergent())
        return false;
    }
  }
  return true;
}

/// Add \p Load to the span it belongs to, or open one for it.
static void collect(LoadInst *Load, bool IsKernel, const Loop &L,
                    ScalarEvolution &SE, SmallVectorImpl<Span> &Spans) {
  const DataLayout &DL = Load->getModule()->getDataLayout();
  TypeSize Bytes = DL.getTypeStoreSize(Load->getType());
  const auto *Address =
      dyn_cast<SCEVAddRecExpr>(SE.getSCEV(Load->getPointerOperand()));
  if (Bytes.isScalable() || !Address || Address->getLoop() != &L ||
      !Address->isAffine())
    return;
  const auto *Step = dyn_cast<SCEVConstant>(Address->getStepRecurrence(SE));
  if (!Step || Step->getAPInt().getSignificantBits() > 32)
    return;
  int64_t Stride = Step->getAPInt().getSExtValue();
  int64_t Size = Bytes.getFixedValue();
  if (Stride == 0 || Stride > MaxStride || Stride < -MaxStride)
    return;

  const auto *Base =
      dyn_cast<SCEVUnknown>(SE.getPointerBase(Address->getStart()));
  if (!Base)
    return;
  Value *Decider = IsKernel ? nullptr : Base->getValue();
  for (Span &S : Spans) {
    if (S.Stride != Stride || S.Base != Decider)
      continue;
    const auto *Distance =
        dyn_cast<SCEVConstant>(SE.getMinusSCEV(Address->getStart(), S.Start));
    if (!Distance || Distance->getAPInt().getSignificantBits() > 32)
      continue;
    int64_t Offset = Distance->getAPInt().getSExtValue();
    if (Offset > MaxStride || Offset < -MaxStride)
      continue;
    if (Offset < 0) {
      for (auto &Other : S.Loads)
        Other.second -= Offset;
      S.Start = Address->getStart();
      S.Size -= Offset;
      Offset = 0;
    }
    S.Size = std::max(S.Size, Offset + Size);
    S.Loads.push_back({Load, Offset});
    return;
  }
  Spans.push_back({Decider, Address->getStart(), Stride, Size, {{Load, 0}}});
}

/// Bring \p L into the shape that versioning needs; false if it has another.
static bool prepare(Loop &L, Analyses &A, bool &Changed) {
  if (!L.isInnermost())
    return false;
  Changed |= simplifyLoop(&L, &A.DT, &A.LI, &A.SE, &A.AC, nullptr, false);
  return L.isLoopSimplifyForm() && L.getExitBlock() && L.getExitingBlock() &&
         L.getExitingBlock() == L.getLoopLatch() && onlyLocalEffects(L);
}

/// void *__fathom_span(base, start, backedges, stride, size). It touches no
/// memory that the program sees, and always returns.
static FunctionCallee spanFunction(Module &M) {
  LLVMContext &C = M.getContext();
  Type *Word = Type::getInt64Ty(C), *Pointer = PointerType::get(C, 0);
  FunctionCallee Callee = M.getOrInsertFunction(
      "__fathom_span", Pointer, Pointer, Pointer, Word, Word, Word);
  if (auto *F = dyn_cast<Function>(Callee.getCallee())) {
    F->addFnAttr(Attribute::NoUnwind);
    F->addFnAttr(Attribute::WillReturn);
    F->setMemoryEffects(MemoryEffects::inaccessibleMemOnly());
  }
  return Callee;
}

/// The span's local address, before the loop: NULL if it cannot be had. Both
/// pointers are handed over as pointers, so that they are tagged as any
/// argument is.
static Value *emitSpan(const Span &S, Value *Backedges, SCEVExpander &Expander,
                       Instruction *Before) {
  IRBuilder<> B(Before);
  Value *Start = Expander.expandCodeFor(S.Start, S.Start->getType(), Before);
  Value *Base = S.Base ? S.Base : ConstantPointerNull::get(B.getPtrTy());
  return B.CreateCall(
      spanFunction(*Before->getModule()),
      {Base, Start, Backedges, B.getInt64(S.Stride), B.getInt64(S.Size)});
}

/// Values that leave the loop leave it through phis (LCSSA): let the copy's
/// exit feed them as well.
static void joinExits(BasicBlock *Exit, BasicBlock *Exiting,
                      ValueToValueMapTy &VMap) {
  auto *Copy = cast<BasicBlock>(VMap[Exiting]);
  for (PHINode &Phi : Exit->phis()) {
    Value *V = Phi.getIncomingValueForBlock(Exiting);
    auto It = VMap.find(V);
    Phi.addIncoming(It == VMap.end() ? V : cast<Value>(It->second), Copy);
  }
}

/// Let the loop run over the spans when all of them were had, and a copy of
/// the loop as it was otherwise.
static void version(Loop &L, ArrayRef<Span> Spans,
                    ArrayRef<Value *> LocalStarts,
                    ArrayRef<SmallVector<Value *, 4>> Offsets, Analyses &A) {
  BasicBlock *Check = L.getLoopPreheader();
  BasicBlock *Exit = L.getExitBlock();
  BasicBlock *Exiting = L.getExitingBlock();
  BasicBlock *Preheader =
      SplitBlock(Check, Check->getTerminator(), &A.DT, &A.LI);

  ValueToValueMapTy VMap;
  SmallVector<BasicBlock *, 8> CopyBlocks;
  Loop *Copy = cloneLoopWithPreheader(Preheader, Check, &L, VMap,
                                      ".fathom.each", &A.LI, &A.DT, CopyBlocks);
  remapInstructionsInBlocks(CopyBlocks, VMap);

  Instruction *Branch = Check->getTerminator();
  IRBuilder<> B(Branch);
  Value *AllHad = B.getTrue();
  for (Value *Start : LocalStarts)
    AllHad = B.CreateAnd(AllHad, B.CreateIsNotNull(Start));
  MDNode *Likely =
      MDBuilder(B.getContext()).createBranchWeights((1U << 20) - 1, 1);
  B.CreateCondBr(AllHad, Preheader, Copy->getLoopPreheader(), Likely);
  Branch->eraseFromParent();
  A.DT.changeImmediateDominator(Exit, Check);
  joinExits(Exit, Exiting, VMap);
  formDedicatedExitBlocks(Copy, &A.DT, &A.LI, nullptr, true);
  formDedicatedExitBlocks(&L, &A.DT, &A.LI, nullptr, true);

  for (size_t S = 0; S < Spans.size(); S++) {
    for (size_t I = 0; I < Spans[S].Loads.size(); I++) {
      LoadInst *Load = Spans[S].Loads[I].first;
      IRBuilder<> At(Load);
      Load->setOperand(
          LoadInst::getPointerOperandIndex(),
          At.CreateGEP(At.getInt8Ty(), LocalStarts[S], Offsets[S][I]));
      Load->dropUnknownNonDebugMetadata();
      Load->setAlignment(Align(1));
      Load->setMetadata(SpanMetadata, MDNode::get(Load->getContext(), {}));
      SpannedLoads++;
    }
  }
  SpannedLoops++;
}

/// What a load from a span brings is the target's own bits. That is what a
/// pointer loaded through a kernel one is anyway; others are tagged, each
/// according to where it came from.
static bool fitsSpan(const LoadInst &Load, Class Where) {
  if (Where == Class::Local || Load.getMetadata(PunMetadata) ||
      Load.getPointerAddressSpace() != 0)
    return false;
  Type *T = Load.getType();
  return T->isIntegerTy() || T->isFloatingPointTy() ||
         (T->isPointerTy() && Where == Class::Kernel);
}

static bool spanLoop(Loop &L, Analyses &A, const Classes &C) {
  SmallVector<Span, 4> Spans;
  for (BasicBlock *BB : L.blocks()) {
    for (Instruction &I : *BB) {
      auto *Load = dyn_cast<LoadInst>(&I);
      if (!Load || slotOf(Load))
        continue;
      Class Where = C.of(Load->getPointerOperand());
      if (fitsSpan(*Load, Where))
        collect(Load, Where == Class::Kernel, L, A.SE, Spans);
    }
  }
  if (Spans.empty())
    return false;

  const SCEV *Backedges = A.SE.getBackedgeTakenCount(&L);
  if (isa<SCEVCouldNotCompute>(Backedges) ||
      A.SE.getTypeSizeInBits(Backedges->getType()) > 64)
    return false;
  if (const auto *Constant = dyn_cast<SCEVConstant>(Backedges))
    if (Constant->getAPInt().ult(MinTripCount))
      return false;

  // New phis are values without origins: a change, whatever follows.
  bool Changed = formLCSSARecursively(L, A.DT, &A.LI, &A.SE);
  BasicBlock *Check = L.getLoopPreheader();
  SCEVExpander Expander = scevExpander(A.SE, *Check->getModule());
  Type *I64 = Type::getInt64Ty(Check->getContext());
  if (!Expander.isSafeToExpandAt(Backedges, Check->getTerminator()))
    return Changed;
  for (const Span &S : Spans)
    if (!Expander.isSafeToExpandAt(S.Start, Check->getTerminator()))
      return Changed;

  Value *Count = Expander.expandCodeFor(
      A.SE.getNoopOrZeroExtend(Backedges, I64), I64, Check->getTerminator());
  SmallVector<Value *, 4> LocalStarts;
  SmallVector<SmallVector<Value *, 4>, 4> Offsets;
  for (const Span &S : Spans) {
    LocalStarts.push_back(emitSpan(S, Count, Expander, Check->getTerminator()));
    Offsets.emplace_back();
    for (auto &[Load, Offset] : S.Loads) {
      const SCEV *Distance = A.SE.getAddRecExpr(
          A.SE.getConstant(I64, Offset, true),
          A.SE.getConstant(I64, S.Stride, true), &L, SCEV::FlagAnyWrap);
      Offsets.back().push_back(Expander.expandCodeFor(Distance, I64, Load));
    }
  }
  version(L, Spans, LocalStarts, Offsets, A);
  A.SE.forgetLoop(&L);
  return true;
}

bool spanLoops(Function &F, FunctionAnalysisManager &FAM, const Classes &C) {
  if (F.hasOptNone() || F.hasFnAttribute(Attribute::OptimizeForSize) ||
      F.hasFnAttribute(Attribute::MinSize))
    return false;
  Analyses A{FAM.getResult<LoopAnalysis>(F),
             FAM.getResult<DominatorTreeAnalysis>(F),
             FAM.getResult<ScalarEvolutionAnalysis>(F),
             FAM.getResult<AssumptionAnalysis>(F)};
  SmallVector<Loop *, 8> Loops(A.LI.getLoopsInPreorder());
  bool Changed = false;
  for (Loop *L : Loops)
    if (prepare(*L, A, Changed))
      Changed |= spanLoop(*L, A, C);
  return Changed;
}

} // namespace fathom
