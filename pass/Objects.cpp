// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors

/// \file
/// Members of one object are mostly read together. When one of the accesses
/// runs, and the others in its basic block surely run after it, one
/// translation of the bytes from the lowest to the highest serves them all.
/// A fault among them is raised at the first, and names the one at fault.
#include "Fathom.h"

#include "llvm/ADT/Statistic.h"
#include "llvm/IR/IntrinsicInst.h"

#define DEBUG_TYPE "fathom"

using namespace llvm;

ALWAYS_ENABLED_STATISTIC(SharedTranslations,
                         "Loads served by another load's translation");

namespace fathom {

/// The wider the span, the likelier does it cross into another page, which
/// takes a call: that must not cost more than the translations it saves.
static constexpr int64_t MaxSpan = 1024;

/// May \p I write to the target's memory, which may be there twice?
static bool mayWriteTarget(const Lowering &L, const Instruction &I) {
  if (!L.PrivateWrites || !I.mayWriteToMemory())
    return false;
  const auto *Store = dyn_cast<StoreInst>(&I);
  return !Store || L.TheClasses.of(Store->getPointerOperand()) != Class::Local;
}

/// May a new epoch begin here, or what follows not be reached?
static bool isBarrier(const Lowering &L, const Instruction &I) {
  if (mayWriteTarget(L, I))
    return true;
  const auto *Call = dyn_cast<CallBase>(&I);
  if (!Call)
    return false;
  return !isa<IntrinsicInst>(Call) || Call->mayThrow() ||
         !Call->hasFnAttr(Attribute::WillReturn);
}

static bool mayShare(const Access &A) {
  return !A.Load->isAtomic() && !A.Load->getMetadata(PunMetadata);
}

/// Add \p A at \p Offset to \p G if it fits there.
static bool extend(AccessGroup &G, const Access &A, const Value *Anchor,
                   int64_t Offset) {
  const Access &First = G.Members.front();
  int64_t End = Offset + static_cast<int64_t>(A.Size);
  int64_t Low = std::min(G.Low, Offset), High = std::max(G.High, End);
  if (G.Anchor != Anchor || First.Where != A.Where || !mayShare(First) ||
      !mayShare(A) || High - Low > MaxSpan)
    return false;
  G.Low = Low;
  G.High = High;
  G.Members.push_back(A);
  G.Offsets.push_back(Offset);
  return true;
}

/// Groups of the accesses between two barriers of one block.
static void groupRun(const Lowering &L, ArrayRef<Access> Run,
                     SmallVectorImpl<AccessGroup> &Groups) {
  size_t First = Groups.size();
  for (const Access &A : Run) {
    APInt Constant(64, 0);
    Value *Anchor =
        A.Load->getPointerOperand()->stripAndAccumulateConstantOffsets(
            L.DL, Constant, /*AllowNonInbounds=*/true);
    int64_t Offset = Constant.getSExtValue();
    bool Fits = Anchor->getType()->isPointerTy() && Offset > -MaxSpan * 64 &&
                Offset < MaxSpan * 64;
    if (!Fits) {
      Anchor = A.Load->getPointerOperand();
      Offset = 0;
    }
    bool Shared = false;
    for (size_t N = First; N < Groups.size() && !Shared; N++)
      Shared = extend(Groups[N], A, Anchor, Offset);
    if (Shared)
      SharedTranslations++;
    else
      Groups.push_back({Anchor,
                        Offset,
                        Offset + static_cast<int64_t>(A.Size),
                        {A},
                        {Offset}});
  }
}

SmallVector<AccessGroup, 0> groupAccesses(const Lowering &L,
                                          ArrayRef<Access> Accesses) {
  SmallVector<AccessGroup, 0> Groups;
  SmallVector<Access, 16> Run;
  const Instruction *Last = nullptr;
  auto reaches = [&](const Instruction *Next) {
    if (!Last || Last->getParent() != Next->getParent())
      return false;
    for (const Instruction *I = Last; I != Next; I = I->getNextNode())
      if (isBarrier(L, *I))
        return false;
    return true;
  };
  for (const Access &A : Accesses) {
    if (!reaches(A.Load)) {
      groupRun(L, Run, Groups);
      Run.clear();
    }
    Run.push_back(A);
    Last = A.Load;
  }
  groupRun(L, Run, Groups);
  return Groups;
}

} // namespace fathom
