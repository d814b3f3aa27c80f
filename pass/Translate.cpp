// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors

/// \file
/// The read path: the one place that knows how the target's memory is found.
#define FATHOM_ABI_TYPES_ONLY
#include "fathom/abi.h"

#include "Fathom.h"

#include "llvm/IR/MDBuilder.h"

using namespace llvm;

namespace fathom {

static_assert(sizeof(struct fathom_tlb_entry) == 16 &&
                  offsetof(struct fathom_tlb_entry, addend) == 8,
              "the index below is scaled for this entry");

static constexpr unsigned EntryShift = 4;

/// The thread's look-aside buffer, once for each function.
static Value *tlbOf(Lowering &L, Function &F) {
  if (L.TLB)
    return L.TLB;
  LLVMContext &Context = L.M.getContext();
  GlobalVariable *TLB = L.M.getNamedGlobal("__fathom_tlb");
  if (!TLB) {
    Type *Word = Type::getInt64Ty(Context);
    Type *Buffer = ArrayType::get(StructType::get(Context, {Word, Word}),
                                  FATHOM_TLB_ENTRIES);
    TLB = new GlobalVariable(L.M, Buffer, false, GlobalValue::ExternalLinkage,
                             nullptr, "__fathom_tlb", nullptr,
                             GlobalValue::InitialExecTLSModel);
    TLB->setAlignment(Align(16));
  }
  IRBuilder<> B(&*F.getEntryBlock().getFirstInsertionPt());
  L.TLB = B.CreateThreadLocalAddress(TLB);
  return L.TLB;
}

/// May raise a fault instead of returning, so nothing is promised but that
/// it does not unwind.
static FunctionCallee translateFunction(Module &M, bool ForWrite) {
  LLVMContext &Context = M.getContext();
  Type *Pointer = PointerType::get(Context, 0);
  Type *Word = Type::getInt64Ty(Context);
  FunctionCallee Callee = M.getOrInsertFunction(
      ForWrite ? "__fathom_translate_write" : "__fathom_translate", Pointer,
      Word, Word, Pointer);
  if (auto *F = dyn_cast<Function>(Callee.getCallee())) {
    if (!ForWrite)
      F->addFnAttr(Attribute::Cold);
    F->addFnAttr(Attribute::NoUnwind);
    F->addRetAttr(Attribute::NonNull);
  }
  return Callee;
}

/// The address of the look-aside entry:
/// tlb + ((addr >> 12) & MASK) * 16, with the scaling folded into the shift.
static Value *entryOf(IRBuilder<> &B, Value *TLB, Value *Address) {
  Value *Index =
      B.CreateAnd(B.CreateLShr(Address, FATHOM_PAGE_SHIFT - EntryShift),
                  B.getInt64(FATHOM_TLB_MASK << EntryShift));
  return B.CreateGEP(B.getInt8Ty(), TLB, Index, "fathom.entry");
}

/// In the block of \p B, which it ends: look in the look-aside buffer. A hit
/// goes on to \p Done, a miss to \p Miss.
static Value *emitLookup(IRBuilder<> &B, Value *TLB, Value *Address,
                         uint64_t Size, BasicBlock *Done, BasicBlock *Miss) {
  MDNode *Likely = MDBuilder(B.getContext()).createBranchWeights(1 << 20, 1);
  Value *Last = Size > 1 ? B.CreateAdd(Address, B.getInt64(Size - 1)) : Address;
  Value *Page = B.CreateAnd(Last, B.getInt64(~(FATHOM_PAGE_SIZE - 1)));
  Value *Entry = entryOf(B, TLB, Address);
  Value *Tag = B.CreateAlignedLoad(B.getInt64Ty(), Entry, Align(16));
  Value *Addend = B.CreateAlignedLoad(
      B.getInt64Ty(), B.CreateConstGEP1_64(B.getInt8Ty(), Entry, 8), Align(8));
  Value *Hit = B.CreateIntToPtr(B.CreateAdd(Address, Addend), B.getPtrTy());
  B.CreateCondBr(B.CreateICmpEQ(Tag, Page, "fathom.hit"), Done, Miss, Likely);
  return Hit;
}

Value *emitTranslation(Lowering &L, Instruction *Before, Value *Pointer,
                       Value *Base, uint64_t Size, Constant *Site,
                       bool ForWrite) {
  Module &M = L.M;
  LLVMContext &Context = M.getContext();
  // The runtime is asked before each write: it can be taken back.
  Value *TLB = ForWrite ? nullptr : tlbOf(L, *Before->getFunction());

  BasicBlock *Head = Before->getParent();
  BasicBlock *Done = Head->splitBasicBlock(Before, "fathom.done");
  Function *F = Head->getParent();
  BasicBlock *Remote = BasicBlock::Create(Context, "fathom.remote", F, Done);
  BasicBlock *Miss =
      TLB ? BasicBlock::Create(Context, "fathom.miss", F, Done) : Remote;
  Head->getTerminator()->eraseFromParent();
  IRBuilder<> B(Context);
  B.SetCurrentDebugLocation(Before->getDebugLoc());

  B.SetInsertPoint(Head);
  if (Base)
    B.CreateCondBr(B.CreateICmpSGT(B.CreatePtrToInt(Base, B.getInt64Ty()),
                                   B.getInt64(0), "fathom.local"),
                   Done, Remote);
  else
    B.CreateBr(Remote);

  B.SetInsertPoint(Remote);
  Value *Address = B.CreatePtrToInt(Pointer, B.getInt64Ty());
  Value *Hit = TLB ? emitLookup(B, TLB, Address, Size, Done, Miss) : nullptr;

  B.SetInsertPoint(Miss);
  CallInst *Slow = B.CreateCall(translateFunction(M, ForWrite),
                                {Address, B.getInt64(Size), Site});
  B.CreateBr(Done);

  B.SetInsertPoint(Done, Done->begin());
  PHINode *Local = B.CreatePHI(B.getPtrTy(), 3, "fathom.address");
  if (Base)
    Local->addIncoming(Pointer, Head);
  if (Hit)
    Local->addIncoming(Hit, Remote);
  Local->addIncoming(Slow, Miss);
  return Local;
}

} // namespace fathom
