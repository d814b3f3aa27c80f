// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors

/// \file
/// Private-write mode, for the kernel's own source: what is written through a
/// pointer into the target goes to the view's copy of the page, and what is
/// possible in the kernel only is a fault if it is reached.
#define FATHOM_ABI_TYPES_ONLY
#include "fathom/abi.h"

#include "Fathom.h"

#include "llvm/IR/InstIterator.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Transforms/Utils/Local.h"

using namespace llvm;

namespace fathom {

static cl::opt<bool>
    PrivateWrites("fathom-private-writes",
                  cl::desc("Fathom: writes to the target's memory go to the "
                           "view's copy of it"));

static constexpr char ModeFlag[] = "fathom.private-writes";
static constexpr char TypeMetadata[] = "fathom.type";

void chooseMode(Module &M) {
  if (PrivateWrites && !writesPrivately(M))
    M.addModuleFlag(Module::Max, ModeFlag, 1);
}

bool writesPrivately(const Module &M) { return M.getModuleFlag(ModeFlag); }

//===-- What is a fault ----------------------------------------------------===

bool isPerCPUSpace(const Value *Pointer) {
  unsigned Space = Pointer->getType()->getPointerAddressSpace();
  return Space == 256 || Space == 257;
}

static CallInst *emitUnsupported(Sites &TheSites, Instruction &Before,
                                 StringRef Text) {
  Module &M = TheSites.M;
  Type *Pointer = PointerType::get(M.getContext(), 0);
  FunctionCallee Callee =
      M.getOrInsertFunction("__fathom_unsupported",
                            Type::getVoidTy(M.getContext()), Pointer, Pointer);
  IRBuilder<> B(&Before);
  CallInst *Call =
      B.CreateCall(Callee, {TheSites.string(Text), TheSites.get(Before, 0)});
  Call->setDoesNotReturn();
  return Call;
}

void emitUnsupported(Lowering &L, Instruction &Before, const Twine &Text) {
  emitUnsupported(L.TheSites, Before, Text.str());
  L.Changed = true;
}

void refuse(Lowering &L, Instruction &I, const Twine &Message) {
  if (L.PrivateWrites)
    emitUnsupported(L, I, Message);
  else
    reportError(I, Message);
}

/// What \p I does that a program cannot, whatever it is given; or nothing.
static StringRef impossible(const Instruction &I) {
  if (isa<CallBrInst>(I))
    return "asm goto is not possible outside the kernel";
  if (const auto *Call = dyn_cast<CallBase>(&I))
    if (readsSegment(*Call))
      return "inline assembly reads per-CPU data of the machine it runs on, "
             "not of the target";
  const Value *Pointer = getLoadStorePointerOperand(&I);
  if (const auto *RMW = dyn_cast<AtomicRMWInst>(&I))
    Pointer = RMW->getPointerOperand();
  if (const auto *Exchange = dyn_cast<AtomicCmpXchgInst>(&I))
    Pointer = Exchange->getPointerOperand();
  if (Pointer && isPerCPUSpace(Pointer))
    return "access to per-CPU data of the machine it runs on, not of the "
           "target";
  return "";
}

bool replaceImpossible(Function &F) {
  SmallVector<Instruction *, 8> Found;
  for (BasicBlock &Block : F)
    for (Instruction &I : Block)
      if (!impossible(I).empty()) {
        Found.push_back(&I);
        break; // the rest of the block is not reached
      }
  Sites TheSites(*F.getParent());
  for (Instruction *I : Found) {
    emitUnsupported(TheSites, *I, impossible(*I));
    changeToUnreachable(I);
  }
  if (!Found.empty())
    removeUnreachableBlocks(F);
  return !Found.empty();
}

//===-- Types of functions -------------------------------------------------===

void takeTypes(Function &F) {
  SmallVector<std::pair<CallBase *, ConstantInt *>, 8> Calls;
  for (Instruction &I : instructions(F))
    if (auto *Call = dyn_cast<CallBase>(&I))
      if (auto Bundle = Call->getOperandBundle(LLVMContext::OB_kcfi))
        Calls.push_back({Call, cast<ConstantInt>(Bundle->Inputs[0])});
  for (auto [Call, Type] : Calls) {
    CallBase *New = withoutBundle(Call, LLVMContext::OB_kcfi);
    New->copyMetadata(*Call);
    New->setMetadata(TypeMetadata, MDNode::get(F.getContext(),
                                               ConstantAsMetadata::get(Type)));
    New->takeName(Call);
    Call->replaceAllUsesWith(New);
    Call->eraseFromParent();
  }
}

static uint64_t typeIn(const MDNode *Node) {
  return Node ? mdconst::extract<ConstantInt>(Node->getOperand(0))
                    ->getZExtValue()
              : 0;
}

uint64_t calledType(const CallBase &Call) {
  return typeIn(Call.getMetadata(TypeMetadata));
}

uint64_t typeOf(const Function &F) {
  return typeIn(F.getMetadata(LLVMContext::MD_kcfi_type));
}

//===-- Calls --------------------------------------------------------------===

static Constant *weaklyNamed(Module &M, StringRef Name) {
  GlobalValue *V = M.getNamedValue(Name);
  if (!V)
    V = new GlobalVariable(M, Type::getInt8Ty(M.getContext()), false,
                           GlobalValue::ExternalWeakLinkage, nullptr, Name);
  return V;
}

/// Is one of the arguments a pointer into the target? NULL: certainly not.
static Value *passesTargets(Lowering &L, IRBuilder<> &B, CallBase &Call) {
  Value *Any = nullptr;
  for (Value *V : Call.args()) {
    if (!V->getType()->isPointerTy() || !L.TheClasses.origins(V) ||
        L.TheClasses.of(V) == Class::Local)
      continue;
    Value *IsTargets =
        L.TheClasses.of(V) == Class::Unknown
            ? B.CreateICmpSLT(B.CreatePtrToInt(V, B.getInt64Ty()),
                              B.getInt64(0))
            : B.getTrue();
    Any = Any ? B.CreateOr(Any, IsTargets) : IsTargets;
  }
  return Any;
}

void guardCall(Lowering &L, CallBase &Call, Function &Callee) {
  // Most of the functions that a source file calls are never reached.
  Callee.setLinkage(GlobalValue::ExternalWeakLinkage);
  Callee.setDSOLocal(false);
  IRBuilder<> B(&Call);
  Value *IsMissing = B.CreateIsNull(&Callee);
  // What has this name may be libc's, and is not to be given such pointers.
  if (Value *IsTargets = passesTargets(L, B, Call)) {
    Value *IsUnaware = B.CreateIsNull(
        weaklyNamed(L.M, (FATHOM_AWARE_PREFIX + Callee.getName()).str()));
    IsMissing = B.CreateOr(IsMissing, B.CreateAnd(IsUnaware, IsTargets));
  }
  Instruction *Then = splitIfThen(IsMissing, &Call, true, /*Returns=*/false);
  Then->setDebugLoc(Call.getDebugLoc());
  emitUnsupported(L, *Then,
                  "kernel function " + Callee.getName() +
                      "() is not available outside the kernel");
}

void mapCallee(Lowering &L, CallBase &Call) {
  Value *Target = Call.getCalledOperand();
  bool IsKernel = L.TheClasses.of(Target) == Class::Kernel;
  Type *Pointer = PointerType::get(L.M.getContext(), 0);
  Type *Word = Type::getInt64Ty(L.M.getContext());
  Constant *Site = L.TheSites.get(Call, 0);
  BasicBlock *Head = Call.getParent();
  Instruction *Before = &Call;
  L.Changed = true;
  if (!IsKernel) {
    IRBuilder<> B(&Call);
    Value *IsRemote =
        B.CreateICmpSLE(B.CreatePtrToInt(Target, Word), B.getInt64(0));
    Before = splitIfThen(IsRemote, &Call, true);
  }
  Value *Given = tagged(L, Target, Before);
  IRBuilder<> B(Before);
  B.SetCurrentDebugLocation(Call.getDebugLoc());
  Value *Local =
      B.CreateCall(L.M.getOrInsertFunction("__fathom_callee", Pointer, Pointer,
                                           Word, Pointer),
                   {Given, B.getInt64(calledType(Call)), Site});
  if (!IsKernel) {
    IRBuilder<> Join(&*Call.getParent()->begin());
    PHINode *Phi = Join.CreatePHI(Pointer, 2);
    Phi->addIncoming(Target, Head);
    Phi->addIncoming(Local, Before->getParent());
    Local = Phi;
  }
  Call.setCalledOperand(Local);
}

} // namespace fathom
