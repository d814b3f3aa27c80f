// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors

/// \file
/// Variables of the kernel's own source files. Compiled into a program, such
/// a file would bring its variables with it, empty; those that matter are the
/// target's. So their definitions become declarations, which insertSlots()
/// finds in the target.
///
/// Its functions are weak: where the kernel's code cannot run outside it, a
/// stand-in of the same name takes its place, also for callers in that file.
///
/// The functions in its tables are kept: the target's tables lead to them (see
/// mapCallee()), whoever used them in the file.
///
/// What stays the program's: constants that only this file can name (tables,
/// strings), which are what they are in the target, and variables inside
/// functions, whose names the target does not keep.
#define FATHOM_ABI_TYPES_ONLY
#include "fathom/abi.h"

#include "Fathom.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

using namespace llvm;

namespace fathom {

static void addFunctions(const Constant &C, SetVector<GlobalValue *> &Found) {
  if (const auto *F = dyn_cast<Function>(&C)) {
    if (!F->isDeclaration())
      Found.insert(const_cast<Function *>(F));
    return;
  }
  if (isa<GlobalValue>(C))
    return;
  for (const Use &Part : C.operands())
    if (const auto *Operand = dyn_cast<Constant>(Part))
      addFunctions(*Operand, Found);
}

/// Lists for the kernel's linker script: initcalls, parameters, exports. They
/// would keep alive what nobody calls here.
static void dropLists(Module &M, SmallPtrSetImpl<const GlobalValue *> &Listed) {
  for (const char *Name : {"llvm.used", "llvm.compiler.used"}) {
    GlobalVariable *List = M.getGlobalVariable(Name, true);
    if (!List)
      continue;
    for (const Use &Entry : List->getInitializer()->operands())
      if (const auto *V = dyn_cast<GlobalValue>(Entry->stripPointerCasts()))
        Listed.insert(V);
    List->eraseFromParent();
  }
}

static void keepTables(Module &M) {
  SmallPtrSet<const GlobalValue *, 32> Listed;
  SetVector<GlobalValue *> Functions;
  dropLists(M, Listed);
  for (const GlobalVariable &V : M.globals())
    if (V.hasInitializer() && !Listed.count(&V))
      addFunctions(*V.getInitializer(), Functions);
  appendToCompilerUsed(M, Functions.getArrayRef());
  if (GlobalVariable *Release =
          M.getGlobalVariable(FATHOM_KERNEL_RELEASE_SYMBOL, true))
    appendToCompilerUsed(M, {Release});
}

static bool isTargets(const GlobalVariable &V) {
  if (V.isDeclaration() || V.isThreadLocal() || V.hasPrivateLinkage() ||
      V.hasAppendingLinkage() || startsWith(V.getName(), "llvm.") ||
      startsWith(V.getName(), "__fathom_"))
    return false;
  if (V.hasExternalLinkage() || V.hasWeakLinkage() || V.hasCommonLinkage())
    return true;
  return V.hasInternalLinkage() && !V.isConstant() &&
         V.getName().find('.') == StringRef::npos;
}

static void declareOnly(Module &M, GlobalVariable &V) {
  auto *Declared =
      new GlobalVariable(M, V.getValueType(), false,
                         GlobalValue::ExternalLinkage, nullptr, "", &V);
  Declared->setAlignment(V.getAlign());
  V.replaceAllUsesWith(Declared);
  Declared->takeName(&V);
  V.eraseFromParent();
}

bool giveDataToTarget(Module &M) {
  if (!M.getGlobalVariable(FATHOM_TARGET_DATA_SYMBOL, true))
    return false;
  keepTables(M);
  // Trampolines and entries of sections, to be patched and read by a kernel.
  M.setModuleInlineAsm("");
  SmallVector<GlobalVariable *, 0> Targets;
  for (GlobalVariable &V : M.globals())
    if (isTargets(V))
      Targets.push_back(&V);
  for (GlobalVariable *V : Targets)
    declareOnly(M, *V);
  for (Function &F : M)
    if (!F.isDeclaration() && F.hasExternalLinkage())
      F.setLinkage(GlobalValue::WeakAnyLinkage);
  return true;
}

} // namespace fathom
