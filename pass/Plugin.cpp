// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors

/// \file
/// The two passes, and where they run.
#include "Fathom.h"

#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Transforms/Scalar/EarlyCSE.h"
#include "llvm/Transforms/Scalar/SROA.h"
#include "llvm/Transforms/Scalar/SimplifyCFG.h"

using namespace llvm;

namespace fathom {

//===-- fathom-prepare -----------------------------------------------------===

/// The target's memory need not hold what the frontend promises about values
/// of a type, nor need its pointers stay inside their objects.
static void dropPromises(Instruction &I) {
  if (auto *Load = dyn_cast<LoadInst>(&I)) {
    if (isOwnObject(Load->getPointerOperand()))
      return;
    for (unsigned Kind : {LLVMContext::MD_range, LLVMContext::MD_nonnull,
                          LLVMContext::MD_noundef, LLVMContext::MD_align,
                          LLVMContext::MD_dereferenceable,
                          LLVMContext::MD_dereferenceable_or_null})
      Load->setMetadata(Kind, nullptr);
  } else if (auto *GEP = dyn_cast<GetElementPtrInst>(&I)) {
    if (!isOwnObject(GEP->getPointerOperand()))
      clearNoWrap(*GEP);
  }
}

/// A pointer of the target is never dereferenceable here: nobody may load
/// through it before its kind is known.
static void dropDereferenceable(AttributeMask &Mask, Function &F) {
  for (unsigned N = 0; N < F.arg_size(); N++)
    F.removeParamAttrs(N, Mask);
  F.removeRetAttrs(Mask);
  for (Instruction &I : instructions(F)) {
    auto *Call = dyn_cast<CallBase>(&I);
    if (!Call)
      continue;
    for (unsigned N = 0; N < Call->arg_size(); N++)
      Call->removeParamAttrs(N, Mask);
    Call->removeRetAttrs(Mask);
  }
}

/// A loop that only looks at hostile memory need not end, and shall not be
/// deleted for that: it reaches its limit.
static void dropProgress(Function &F) {
  F.removeFnAttr(Attribute::MustProgress);
  for (BasicBlock &Block : F)
    if (Instruction *Branch = Block.getTerminator())
      if (MDNode *Old = Branch->getMetadata(LLVMContext::MD_loop))
        Branch->setMetadata(
            LLVMContext::MD_loop,
            makePostTransformationMetadata(F.getContext(), Old,
                                           {"llvm.loop.mustprogress"}, {}));
}

namespace {
struct PreparePass : PassInfoMixin<PreparePass> {
  PreservedAnalyses run(Module &M, ModuleAnalysisManager &) {
    chooseMode(M);
    TypeIndex Types(M);
    recordLayouts(M, Types);
    rewriteIdentities(M);
    giveDataToTarget(M);
    insertSlots(M, Types);
    rewriteCopies(M, Types);
    AttributeMask Dereferenceable;
    Dereferenceable.addAttribute(Attribute::Dereferenceable);
    Dereferenceable.addAttribute(Attribute::DereferenceableOrNull);
    for (Function &F : M) {
      for (Instruction &I : instructions(F))
        dropPromises(I);
      dropDereferenceable(Dereferenceable, F);
      dropProgress(F);
    }
    return PreservedAnalyses::none();
  }
  // Must be first, also for functions that shall not be optimized.
  static bool isRequired() { return true; }
};
} // namespace

//===-- fathom-lower -------------------------------------------------------===

static constexpr char DoneMetadata[] = "fathom.lowered";

static FunctionAnalysisManager &functionAnalyses(Module &M,
                                                 ModuleAnalysisManager &AM) {
  return AM.getResult<FunctionAnalysisManagerModuleProxy>(M).getManager();
}

/// At -O0 variables are in memory, where dataflow does not see pointers.
static void promoteVariables(Function &F, FunctionAnalysisManager &FAM) {
  if (!F.hasFnAttribute(Attribute::OptimizeNone))
    return;
  PreservedAnalyses Kept = SROAPass(SROAOptions::PreserveCFG).run(F, FAM);
  FAM.invalidate(F, Kept);
}

static void scalariseAll(Function &F) {
  SmallVector<IntrinsicInst *, 4> Calls;
  for (Instruction &I : instructions(F))
    if (auto *Call = dyn_cast<IntrinsicInst>(&I))
      Calls.push_back(Call);
  for (IntrinsicInst *Call : Calls)
    scalariseMasked(*Call);
}

/// What was inferred from plain loads: that functions only read memory and
/// always return.
static void dropInferred(Module &M) {
  for (Function &F : M) {
    if (F.isDeclaration())
      continue;
    for (Attribute::AttrKind Kind :
         {Attribute::Memory, Attribute::WillReturn, Attribute::Speculatable}) {
      F.removeFnAttr(Kind);
      for (User *U : F.users())
        if (auto *Call = dyn_cast<CallBase>(U))
          Call->removeFnAttr(Kind);
    }
  }
}

/// Origins, after counted loops were given their spans.
static Classes
classifyWithSpans(Module &M, FunctionAnalysisManager &FAM,
                  function_ref<const TargetLibraryInfo &(Function &)> getTLI) {
  Classes C = classify(M, getTLI);
  bool Changed = false;
  for (Function &F : M) {
    if (F.isDeclaration())
      continue;
    FAM.invalidate(F, PreservedAnalyses::none());
    Changed |= spanLoops(F, FAM, C);
  }
  return Changed ? classify(M, getTLI) : std::move(C);
}

namespace {
struct LowerPass : PassInfoMixin<LowerPass> {
  PreservedAnalyses run(Module &M, ModuleAnalysisManager &AM) {
    // At -O0, some LLVM releases come here at one place, some at another.
    if (M.getNamedMetadata(DoneMetadata))
      return PreservedAnalyses::all();
    M.getOrInsertNamedMetadata(DoneMetadata);
    FunctionAnalysisManager &FAM = functionAnalyses(M, AM);
    bool Private = writesPrivately(M), Changed = false;
    for (Function &F : M) {
      if (F.isDeclaration())
        continue;
      promoteVariables(F, FAM);
      scalariseAll(F);
      if (!Private)
        continue;
      takeTypes(F);
      Changed |= replaceImpossible(F);
    }
    auto getTLI = [&](Function &F) -> const TargetLibraryInfo & {
      return FAM.getResult<TargetLibraryAnalysis>(F);
    };
    Classes TheClasses = classifyWithSpans(M, FAM, getTLI);
    Outlines TheOutlines(M, TheClasses);
    Sites TheSites(M, &TheOutlines);
    Lowering L(M, TheSites, TheClasses);
    L.Changed = Changed;
    SmallVector<Function *, 32> Defined;
    for (Function &F : M)
      if (!F.isDeclaration() && !F.hasFnAttribute(Attribute::Naked))
        Defined.push_back(&F);
    for (Function *F : Defined) {
      FAM.invalidate(*F, PreservedAnalyses::none());
      L.TLI = &getTLI(*F);
      limitLoops(L, *F, FAM);
      lowerFunction(L, *F);
      FAM.invalidate(*F, PreservedAnalyses::none());
    }
    if (L.Changed)
      dropInferred(M);
    emitRecord(L);
    return PreservedAnalyses::none();
  }
  static bool isRequired() { return true; }
};
} // namespace

static void addLower(ModulePassManager &PM, OptimizationLevel Level) {
  PM.addPass(LowerPass());
  if (Level == OptimizationLevel::O0)
    return;
  FunctionPassManager Cleanup;
  Cleanup.addPass(SROAPass(SROAOptions::PreserveCFG));
  Cleanup.addPass(EarlyCSEPass(/*UseMemorySSA=*/true));
  Cleanup.addPass(SimplifyCFGPass());
  PM.addPass(createModuleToFunctionPassAdaptor(std::move(Cleanup)));
}

//===-- Registration -------------------------------------------------------===

static bool parseName(StringRef Name, ModulePassManager &PM) {
  if (Name == "fathom-prepare")
    PM.addPass(PreparePass());
  else if (Name == "fathom-lower")
    PM.addPass(LowerPass());
  else
    return false;
  return true;
}

static void registerPasses(PassBuilder &PB) {
  PB.registerPipelineStartEPCallback(
      [](ModulePassManager &PM, OptimizationLevel) {
        PM.addPass(PreparePass());
      });
  PB.registerOptimizerEarlyEPCallback([](ModulePassManager &PM,
                                         OptimizationLevel Level,
                                         auto &&...) { addLower(PM, Level); });
  // LLVM 16 has no earlier place at -O0.
  PB.registerOptimizerLastEPCallback(
      [](ModulePassManager &PM, OptimizationLevel Level, auto &&...) {
        if (Level == OptimizationLevel::O0)
          addLower(PM, Level);
      });
  PB.registerPipelineParsingCallback(
      [](StringRef Name, ModulePassManager &PM,
         ArrayRef<PassBuilder::PipelineElement>) {
        return parseName(Name, PM);
      });
}

} // namespace fathom

extern "C" LLVM_ATTRIBUTE_WEAK
    __attribute__((visibility("default"))) PassPluginLibraryInfo
    llvmGetPassPluginInfo() {
  return {LLVM_PLUGIN_API_VERSION, "fathom", "0.1.0", fathom::registerPasses};
}
