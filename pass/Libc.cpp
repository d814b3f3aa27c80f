// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors

/// \file
/// Calls: libc's functions, libfathom's, and all others.
#define FATHOM_ABI_TYPES_ONLY
#include "fathom/abi.h"

#include "Fathom.h"

#include "llvm/ADT/Statistic.h"
#include "llvm/ADT/StringSwitch.h"

#define DEBUG_TYPE "fathom"

using namespace llvm;

ALWAYS_ENABLED_STATISTIC(Redirected,
                         "Libc calls made to understand kernel pointers");
ALWAYS_ENABLED_STATISTIC(Escaped, "Kernel pointers handed to other modules");

namespace fathom {

static LibcReturn parseReturn(StringRef Text) {
  return StringSwitch<LibcReturn>(Text)
      .Case("ARG0", LibcReturn::Arg0)
      .Case("LOCAL", LibcReturn::Local)
      .Default(LibcReturn::None);
}

bool isWrapped(StringRef Name, LibcReturn *Return) {
#define FATHOM_ENTRY(NAME, RETURN) {#NAME, #RETURN},
  static constexpr struct {
    const char *Name, *Return;
  } Table[] = {FATHOM_LIBC_FUNCTIONS(FATHOM_ENTRY)};
#undef FATHOM_ENTRY
  for (const auto &Entry : Table) {
    if (Name != Entry.Name)
      continue;
    if (Return)
      *Return = parseReturn(Entry.Return);
    return true;
  }
  return false;
}

bool isFathomFunction(StringRef Name) {
  return startsWith(Name, "__fathom_") || startsWith(Name, "fathom_");
}

bool isLibcVariable(StringRef Name) {
  return isOneOf(
      Name, {"stdin", "stdout", "stderr", "environ", "__environ", "_environ",
             "optarg", "optind", "opterr", "optopt", "program_invocation_name",
             "program_invocation_short_name", "__progname", "__progname_full",
             "__stack_chk_guard", "__dso_handle", "_GLOBAL_OFFSET_TABLE_"});
}

/// The arguments of these are in a va_list.
static bool takesArgumentList(StringRef Name) {
  return startsWith(Name, "v") && endsWith(Name, "printf");
}

static bool isPointer(const Value *V) { return V->getType()->isPointerTy(); }

static bool isLocal(const Lowering &L, const Value *V) {
  return !isPointer(V) || isa<ConstantPointerNull>(V) || isa<UndefValue>(V) ||
         L.TheClasses.of(V) == Class::Local;
}

static bool isKernel(const Lowering &L, const Value *V) {
  if (!isPointer(V) || !L.TheClasses.origins(V))
    return false;
  Class Where = L.TheClasses.of(V);
  return Where == Class::Kernel || Where == Class::Rooted;
}

/// Functions of the list that write to their first argument.
static bool writesFirst(StringRef Name) {
  return isOneOf(Name,
                 {"memcpy", "memmove", "mempcpy", "memset", "strcpy", "strncpy",
                  "stpcpy", "stpncpy", "strlcpy", "strscpy", "strcat",
                  "strncat", "sprintf", "snprintf", "vsprintf", "vsnprintf"});
}

/// Functions of the kernel's, without a body in its headers, that write to what
/// they are given: the locks and reference counts that inline functions of the
/// headers lead to, or that authors of kernel code call out of habit. Of all
/// others, the linker finds that they are missing.
static bool isKernelWriter(StringRef Name) {
  for (StringRef Prefix :
       {"_raw_spin_", "_raw_read_", "_raw_write_", "rt_spin_", "rt_read_",
        "rt_write_", "mutex_lock", "mutex_trylock", "mutex_unlock", "rt_mutex_",
        "ww_mutex_", "down_read", "down_write", "up_read", "up_write",
        "percpu_down_", "percpu_up_", "lockref_", "refcount_dec_"})
    if (startsWith(Name, Prefix))
      return true;
  return isOneOf(Name, {"down",
                        "down_interruptible",
                        "down_killable",
                        "down_trylock",
                        "down_timeout",
                        "up",
                        "complete",
                        "complete_all",
                        "wait_for_completion",
                        "fput",
                        "dput",
                        "iput",
                        "ihold",
                        "igrab",
                        "mntget",
                        "mntput",
                        "path_get",
                        "path_put",
                        "put_pid",
                        "mmput",
                        "get_task_mm",
                        "get_task_cred",
                        "kobject_get",
                        "kobject_put",
                        "get_device",
                        "put_device",
                        "module_put",
                        "try_module_get"});
}

/// Extensions of small integers belong to the calling convention.
static void copyExtensions(const CallBase &From, CallBase &To, unsigned Shift) {
  for (unsigned I = 0; I < From.arg_size(); I++)
    for (Attribute::AttrKind Kind : {Attribute::ZExt, Attribute::SExt})
      if (From.paramHasAttr(I, Kind))
        To.addParamAttr(I + Shift, Kind);
}

static void redirect(Lowering &L, CallBase &Call, StringRef Name) {
  FunctionType *Old = Call.getFunctionType();
  SmallVector<Type *, 6> Types;
  SmallVector<Value *, 6> Arguments;
  Types.push_back(PointerType::get(L.M.getContext(), 0));
  Types.append(Old->param_begin(), Old->param_end());
  Arguments.push_back(L.TheSites.get(Call, 0));
  Arguments.append(Call.arg_begin(), Call.arg_end());
  FunctionType *T =
      FunctionType::get(Old->getReturnType(), Types, Old->isVarArg());
  FunctionCallee Callee(
      T, L.M.getOrInsertFunction(("__fathom_" + Name).str(), T).getCallee());

  remarkDone(cast<Instruction>(Call), "Redirected",
             "'" + Name + "' made to understand kernel pointers");
  IRBuilder<> B(&Call);
  CallBase *New;
  if (auto *Invoke = dyn_cast<InvokeInst>(&Call))
    New = B.CreateInvoke(Callee, Invoke->getNormalDest(),
                         Invoke->getUnwindDest(), Arguments);
  else
    New = B.CreateCall(Callee, Arguments);
  copyExtensions(Call, *New, 1);
  New->setDebugLoc(Call.getDebugLoc());
  if (L.TheClasses.Values.count(&Call))
    L.TheClasses.Values[New] = L.TheClasses.Values.lookup(&Call);
  Call.replaceAllUsesWith(New);
  Call.eraseFromParent();
  Redirected++;
  L.Changed = true;
}

/// A function of libc's that dereferences its arguments.
static void refuseOrCheck(Lowering &L, CallBase &Call, StringRef Name) {
  for (Value *Argument : Call.args()) {
    if (isLocal(L, Argument))
      continue;
    if (isKernel(L, Argument)) {
      refuse(L, Call, "'" + Name + "' cannot take a kernel pointer");
      return;
    }
    emitLocalCheck(L, Argument, &Call, true);
  }
}

/// To such a function, a global that is not this program's is the kernel's,
/// whatever its type.
static bool refuseKernelWriter(Lowering &L, CallBase &Call, StringRef Name) {
  if (!isKernelWriter(Name))
    return false;
  for (Value *Argument : Call.args()) {
    if (!isKernel(L, Argument) && !slotOf(baseOf(Argument)))
      continue;
    reportError(Call,
                "'" + Name + "' of a kernel pointer: the target is only read");
    return true;
  }
  return false;
}

static bool takesKernelPointer(const Lowering &L, const CallBase &Call) {
  return any_of(Call.args(), [&](const Use &U) { return isKernel(L, U); });
}

static void noteEscape(Lowering &L, CallBase &Call, StringRef Name) {
  if (!takesKernelPointer(L, Call))
    return;
  L.Escapes.push_back({Name.str(), L.TheSites.get(Call, 0)});
  Escaped++;
  L.Changed = true;
}

/// A linker that misses the function shall name the author's line, not that of
/// a kernel header that was inlined there.
static void showAuthorsLine(CallBase &Call) {
  AuthorLocation Author = authorLocation(Call);
  for (const DILocation *At = Call.getDebugLoc(); At; At = At->getInlinedAt())
    if (At == Author.Location)
      Call.setDebugLoc(DebugLoc(At));
}

static void lowerIndirectCall(Lowering &L, CallBase &Call) {
  Value *Target = Call.getCalledOperand();
  if (isLocal(L, Target))
    return;
  if (L.PrivateWrites) {
    mapCallee(L, Call);
    return;
  }
  if (isKernel(L, Target)) {
    reportError(Call, "call of a function of the target" + memberSuffix(Call));
    return;
  }
  emitLocalCheck(L, baseOf(Target), &Call, false);
}

void lowerCall(Lowering &L, CallBase &Call) {
  auto *Callee = dyn_cast<Function>(Call.getCalledOperand());
  if (!Callee) {
    lowerIndirectCall(L, Call);
    return;
  }
  if (!Callee->isDeclaration() || isFathomFunction(Callee->getName()))
    return;
  StringRef Name = Callee->getName();
  if (isWrapped(Name)) {
    if (!L.PrivateWrites && writesFirst(Name) && Call.arg_size() &&
        isKernel(L, Call.getArgOperand(0))) {
      reportError(Call, "'" + Name +
                            "' to a kernel pointer: the target is only read" +
                            memberSuffix(Call));
      return;
    }
    bool AllLocal = true;
    for (const Value *Argument : Call.args())
      AllLocal &= isLocal(L, Argument);
    if (!AllLocal || takesArgumentList(Name))
      redirect(L, Call, Name);
    return;
  }
  LibFunc Known;
  if (L.TLI->getLibFunc(*Callee, Known)) {
    refuseOrCheck(L, Call, Name);
    return;
  }
  if (L.PrivateWrites) {
    guardCall(L, Call, *Callee);
    return;
  }
  if (refuseKernelWriter(L, Call, Name))
    return;
  noteEscape(L, Call, Name);
  showAuthorsLine(Call);
}

} // namespace fathom
