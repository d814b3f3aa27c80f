// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors

/// \file
/// Copies of structs. The optimizer breaks them into integers, which would
/// carry a hostile pointer past the check of its sign, and memory intrinsics
/// cannot read the target. So a copy from a pointer is a call of
/// __fathom_copy with the places of its pointers until fathom-lower knows
/// where it comes from.
#define FATHOM_ABI_TYPES_ONLY
#include "fathom/abi.h"

#include "Fathom.h"

using namespace llvm;

namespace fathom {

/// Copies of up to this many words are made by loads and stores.
static constexpr uint64_t MaxInlineWords = 4;

//===-- Copies -------------------------------------------------------------===

bool isOwnObject(const Value *Pointer) {
  const Value *Object = baseOf(const_cast<Value *>(Pointer));
  if (isa<AllocaInst>(Object))
    return true;
  if (const auto *Variable = dyn_cast<GlobalVariable>(Object))
    return !Variable->isDeclaration();
  const auto *A = dyn_cast<Argument>(Object);
  return A && (A->hasStructRetAttr() || A->hasByValAttr());
}

FunctionCallee copyFunction(Module &M) {
  LLVMContext &Context = M.getContext();
  Type *Pointer = PointerType::get(Context, 0);
  FunctionCallee Callee = M.getOrInsertFunction(
      "__fathom_copy",
      FunctionType::get(
          Type::getVoidTy(Context),
          {Pointer, Pointer, Type::getInt64Ty(Context), Pointer, Pointer},
          false));
  if (auto *F = dyn_cast<Function>(Callee.getCallee())) {
    F->addParamAttr(0, noCapture(Context));
    F->addParamAttr(1, noCapture(Context));
  }
  return Callee;
}

/// As loads and stores of pointers and integers; all loads first.
static void copyInline(IRBuilder<> &B, Value *Destination, Value *Source,
                       uint64_t Size, const std::string &Shape,
                       const Instruction &Original) {
  SmallVector<std::pair<Value *, uint64_t>, 8> Parts;
  for (uint64_t Offset = 0; Offset < Size;) {
    uint64_t Left = Size - Offset;
    uint64_t Step = Left >= 8 ? 8 : Left >= 4 ? 4 : Left >= 2 ? 2 : 1;
    bool IsPointer = Shape[Offset / 8] == FATHOM_SHAPE_POINTER && Step == 8;
    Type *T = IsPointer ? cast<Type>(B.getPtrTy()) : B.getIntNTy(Step * 8);
    auto *Load = B.CreateAlignedLoad(
        T, B.CreateConstGEP1_64(B.getInt8Ty(), Source, Offset), Align(1));
    if (MDNode *Member = Original.getMetadata(MemberMetadata))
      Load->setMetadata(MemberMetadata, Member);
    Parts.push_back({Load, Offset});
    Offset += Step;
  }
  for (auto [Part, Offset] : Parts)
    B.CreateAlignedStore(
        Part, B.CreateConstGEP1_64(B.getInt8Ty(), Destination, Offset),
        Align(1));
}

static Value *inGenericSpace(IRBuilder<> &B, Value *Pointer) {
  return B.CreateAddrSpaceCast(Pointer, B.getPtrTy());
}

static void emitCopy(IRBuilder<> &B, Module &M, Value *Destination,
                     Value *Source, Value *Size, const std::string &Shape,
                     const Instruction &Original, bool IsMove) {
  const auto *Constant = dyn_cast<ConstantInt>(Size);
  bool Known =
      !Shape.empty() && Shape.find(FATHOM_SHAPE_MAYBE) == std::string::npos;
  if (Constant && Constant->isZero())
    return;
  if (Constant && (Known || Constant->getZExtValue() < 8) &&
      Constant->getZExtValue() <= MaxInlineWords * 8) {
    copyInline(B, Destination, Source, Constant->getZExtValue(),
               Known ? Shape : std::string(1, FATHOM_SHAPE_DATA), Original);
    return;
  }
  Value *Text = ConstantPointerNull::get(B.getPtrTy());
  if (!Shape.empty()) {
    Sites Strings(M);
    Text = Strings.string(Shape);
  }
  CallInst *Copy =
      B.CreateCall(copyFunction(M),
                   {inGenericSpace(B, Destination), inGenericSpace(B, Source),
                    B.CreateZExtOrTrunc(Size, B.getInt64Ty()), Text,
                    ConstantPointerNull::get(B.getPtrTy())});
  if (MDNode *Member = Original.getMetadata(MemberMetadata))
    Copy->setMetadata(MemberMetadata, Member);
  if (IsMove)
    Copy->setMetadata(MoveMetadata, MDNode::get(M.getContext(), {}));
}

static bool rewriteTransfer(MemTransferInst &Transfer, const TypeIndex &Types) {
  if (isOwnObject(Transfer.getRawSource()))
    return false;
  const DataLayout &DL = Transfer.getModule()->getDataLayout();
  std::string Shape =
      shapeOfCopy(*Transfer.getRawDest(), *Transfer.getRawSource(),
                  *Transfer.getLength(), DL, &Types);
  IRBuilder<> B(&Transfer);
  emitCopy(B, *Transfer.getModule(), Transfer.getRawDest(),
           Transfer.getRawSource(), Transfer.getLength(), Shape, Transfer,
           isa<MemMoveInst>(Transfer));
  Transfer.eraseFromParent();
  return true;
}

/// A struct passed by value is copied by the caller's machine code.
static bool rewriteByValue(CallBase &Call) {
  bool Changed = false;
  Module &M = *Call.getModule();
  const DataLayout &DL = M.getDataLayout();
  for (unsigned I = 0; I < Call.arg_size(); I++) {
    if (!Call.isByValArgument(I) || isOwnObject(Call.getArgOperand(I)))
      continue;
    Type *T = Call.getParamByValType(I);
    uint64_t Size = DL.getTypeAllocSize(T).getFixedValue();
    IRBuilder<> Entry(&*Call.getFunction()->getEntryBlock().begin());
    AllocaInst *Copy = Entry.CreateAlloca(T, nullptr, "fathom.byval");
    Copy->setAlignment(
        std::max(DL.getPrefTypeAlign(T), Call.getParamAlign(I).valueOrOne()));
    IRBuilder<> B(&Call);
    emitCopy(B, M, Copy, Call.getArgOperand(I), B.getInt64(Size),
             shapeOf(T, 0, Size, DL), Call, false);
    Call.setArgOperand(I, Copy);
    Changed = true;
  }
  return Changed;
}

bool rewriteCopies(Module &M, const TypeIndex &Types) {
  SmallVector<MemTransferInst *, 32> Transfers;
  SmallVector<CallBase *, 32> Calls;
  for (Function &F : M) {
    for (BasicBlock &Block : F) {
      for (Instruction &I : Block) {
        if (auto *Transfer = dyn_cast<MemTransferInst>(&I))
          Transfers.push_back(Transfer);
        else if (auto *Call = dyn_cast<CallBase>(&I))
          Calls.push_back(Call);
      }
    }
  }
  bool Changed = false;
  for (CallBase *Call : Calls)
    Changed |= rewriteByValue(*Call);
  for (MemTransferInst *Transfer : Transfers)
    Changed |= rewriteTransfer(*Transfer, Types);
  return Changed;
}

} // namespace fathom
