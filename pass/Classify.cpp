// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors

/// \file
/// Where pointers may point, for all functions of a module at once: the least
/// solution of the dataflow equations in transfer().
#include "Fathom.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Operator.h"

using namespace llvm;

namespace fathom {

Value *baseOf(Value *Pointer) {
  Value *V = Pointer;
  while (true) {
    if (V->getType()->getScalarType()->getPointerAddressSpace() != 0)
      return V;
    Value *Next = nullptr;
    if (auto *GEP = dyn_cast<GEPOperator>(V))
      Next = GEP->getPointerOperand();
    else if (auto *Cast = dyn_cast<BitCastOperator>(V))
      Next = Cast->getOperand(0);
    else if (auto *Cast = dyn_cast<AddrSpaceCastOperator>(V))
      Next = Cast->getOperand(0);
    else if (auto *Freeze = dyn_cast<FreezeInst>(V))
      Next = Freeze->getOperand(0);
    else if (auto *Call = dyn_cast<IntrinsicInst>(V))
      switch (Call->getIntrinsicID()) {
      case Intrinsic::ptrmask:
      case Intrinsic::launder_invariant_group:
      case Intrinsic::strip_invariant_group:
      case Intrinsic::ssa_copy:
      case Intrinsic::ptr_annotation:
        Next = Call->getArgOperand(0);
        break;
      default:
        break;
      }
    if (!Next || !Next->getType()->isPointerTy())
      return V;
    V = Next;
  }
}

static bool isKernelSpace(const Type *T) {
  return T->isPointerTy() && T->getPointerAddressSpace() == KernelAddressSpace;
}

bool Classes::isTracked(const Type *T) const {
  return T->isPtrOrPtrVectorTy() || T->isIntegerTy();
}

//===-- Constants ----------------------------------------------------------===

static constexpr Origins PointerOrigins =
    MayLocal | MayKernel | MayRooted | MayAnything;

/// Of an integer computed from two. An offset does not make a pointer's
/// integer less of one.
static Origins combine(Origins A, Origins B) {
  Origins Pointers = (A | B) & PointerOrigins;
  return Pointers ? Pointers | ((A | B) & FromTarget) : A | B;
}

static Origins originsOfInteger(Origins Integer) {
  Origins Result = Integer & PointerOrigins;
  if (Integer & NoOrigin)
    Result |= MayKernel;
  return Result;
}

static Origins originsOfExpression(const Classes &C, const ConstantExpr &E) {
  switch (E.getOpcode()) {
  case Instruction::IntToPtr: {
    Origins Integer = C.origins(E.getOperand(0));
    return Integer ? originsOfInteger(Integer) : Origins(0);
  }
  case Instruction::GetElementPtr:
  case Instruction::BitCast:
  case Instruction::AddrSpaceCast:
  case Instruction::PtrToInt:
    return C.origins(E.getOperand(0));
  default:
    if (E.getNumOperands() == 2)
      return combine(C.origins(E.getOperand(0)), C.origins(E.getOperand(1)));
    return E.getType()->isIntegerTy() ? NoOrigin : MayAnything;
  }
}

static Origins originsOfConstant(const Classes &C, const Constant &V) {
  if (V.isNullValue() || isa<UndefValue>(V))
    return 0;
  if (isKernelSpace(V.getType()))
    return MayKernel;
  if (V.getType()->isIntegerTy() && !isa<ConstantExpr>(V))
    return NoOrigin;
  if (isa<GlobalValue>(V) || isa<BlockAddress>(V))
    return MayLocal;
  if (const auto *E = dyn_cast<ConstantExpr>(&V))
    return originsOfExpression(C, *E);
  return MayAnything;
}

Origins Classes::origins(const Value *V) const {
  if (const auto *C = dyn_cast<Constant>(V))
    return originsOfConstant(*this, *C);
  return Values.lookup(V);
}

Class Classes::of(const Value *Pointer) const {
  Origins O = origins(Pointer);
  if (O == MayLocal)
    return Class::Local;
  if (!(O & ~MayKernel)) // NULL alone faults, too
    return Class::Kernel;
  return O & (MayAnything | MayLocal) ? Class::Unknown : Class::Rooted;
}

//===-- Instructions -------------------------------------------------------===

namespace {
struct Solver {
  Module &M;
  Classes &C;
  function_ref<const TargetLibraryInfo &(Function &)> GetTLI;
  bool Changed = false;

  void join(const Value &V, Origins O);
  bool holdsIntegers(const Value *Base, unsigned Depth);
  Origins ofLoad(const LoadInst &Load);
  Origins ofCall(CallBase &Call);
  Origins ofCallee(CallBase &Call, Function &Callee);
  Origins transfer(Instruction &I);
  void visit(Instruction &I);
  void seedArguments(Function &F);
};
} // namespace

void Solver::join(const Value &V, Origins O) {
  Origins &Known = C.Values[&V];
  if ((Known | O) == Known)
    return;
  Known |= O;
  Changed = true;
}

/// Code that is not seen may hand over anything, by the rule of signs.
static Origins ofUnseen(const Type *T) {
  if (isKernelSpace(T))
    return MayKernel;
  return T->isPtrOrPtrVectorTy() ? MayAnything : NoOrigin;
}

/// Are all pointers in \p C addresses of the program's, or NULL?
static bool holdsOnlyOwn(const Classes &Known, const Constant &C) {
  if (C.getType()->isPointerTy())
    return !(Known.origins(&C) & ~MayLocal);
  for (const Use &Part : C.operands())
    if (!holdsOnlyOwn(Known, *cast<Constant>(Part)))
      return false;
  return true;
}

/// A table of the program's own pointers that nobody can have written to, or
/// libc's own data.
static bool isOwnTable(const Classes &Known, const Value *Base) {
  const auto *V = dyn_cast<GlobalVariable>(Base);
  if (!V)
    return false;
  if (V->isDeclaration())
    return isLibcVariable(V->getName());
  return V->isConstant() && V->hasDefinitiveInitializer() &&
         holdsOnlyOwn(Known, *V->getInitializer());
}

/// A pointer variable that is (also) written in smaller pieces.
static bool isWrittenInPieces(const AllocaInst &Variable) {
  for (const User *U : Variable.users()) {
    const auto *GEP = dyn_cast<GetElementPtrInst>(U);
    if (!GEP)
      continue;
    for (const User *Writer : GEP->users()) {
      const auto *Store = dyn_cast<StoreInst>(Writer);
      if (Store && Store->getPointerOperand() == GEP &&
          !Store->getValueOperand()->getType()->isPointerTy())
        return true;
    }
  }
  return false;
}

/// Integers, but no bytes: those may be the storage of anything.
static bool isIntegers(const Type *T) {
  while (T->isArrayTy())
    T = T->getArrayElementType();
  return T->isIntegerTy() && !T->isIntegerTy(8);
}

/// Is what lies at \p Base an integer, though it is loaded as a pointer? Then
/// it is one that becomes a pointer. Arguments are followed to all callers.
bool Solver::holdsIntegers(const Value *Base, unsigned Depth) {
  if (const auto *Variable = dyn_cast<AllocaInst>(Base)) {
    const Type *T = Variable->getAllocatedType();
    return isIntegers(T) || (T->isPointerTy() && isWrittenInPieces(*Variable));
  }
  if (const auto *Variable = dyn_cast<GlobalVariable>(Base))
    return isIntegers(Variable->getValueType());
  const auto *A = dyn_cast<Argument>(Base);
  if (!A || !C.Closed.lookup(A->getParent()) || Depth > 4 ||
      A->getParent()->use_empty())
    return false;
  for (const User *U : A->getParent()->users()) {
    const auto *Call = cast<CallBase>(U);
    if (A->getArgNo() >= Call->arg_size() ||
        !holdsIntegers(baseOf(Call->getArgOperand(A->getArgNo())), Depth + 1))
      return false;
  }
  return true;
}

Origins Solver::ofLoad(const LoadInst &Load) {
  Type *T = Load.getType();
  if (T->isIntegerTy())
    return C.origins(Load.getPointerOperand()) & ~MayLocal
               ? Origins(NoOrigin | FromTarget)
               : Origins(NoOrigin);
  if (!T->isPointerTy())
    return ofUnseen(T);
  if (isKernelSpace(T))
    return MayKernel;
  if (const GlobalVariable *Slot = slotOf(&Load))
    return isRootedSlot(*Slot) ? MayRooted : MayAnything;
  if (Load.getMetadata(SpanMetadata))
    return MayKernel;
  const Value *Pointer = Load.getPointerOperand();
  if (isOwnTable(C, baseOf(const_cast<Value *>(Pointer))))
    return MayLocal;
  if (holdsIntegers(baseOf(const_cast<Value *>(Pointer)), 0))
    return MayKernel;
  Origins Through = C.origins(Pointer);
  if (!Through || Through == MayKernel)
    return Through;
  if (!(Through & ~(MayKernel | MayRooted)))
    return MayRooted;
  return MayAnything;
}

Origins Solver::ofCallee(CallBase &Call, Function &Callee) {
  if (C.Closed.lookup(&Callee))
    return C.Returns.lookup(&Callee);
  if (!Call.getType()->isPointerTy())
    return NoOrigin;
  if (isKernelSpace(Call.getType()))
    return MayKernel;
  if (Call.returnDoesNotAlias() || isFathomFunction(Callee.getName()))
    return MayLocal;
  if (!Callee.isDeclaration())
    return MayAnything;
  LibcReturn Return;
  if (isWrapped(Callee.getName(), &Return)) {
    if (Return != LibcReturn::Arg0)
      return MayLocal;
    Origins O = C.origins(Call.getArgOperand(0));
    return O & MayKernel ? Origins((O & ~MayKernel) | MayRooted) : O;
  }
  LibFunc Known;
  if (GetTLI(*Call.getFunction()).getLibFunc(Callee, Known))
    return MayLocal;
  return MayAnything;
}

Origins Solver::ofCall(CallBase &Call) {
  if (std::optional<unsigned> Operand = identityOperand(Call))
    return C.origins(Call.getArgOperand(*Operand));
  if (handsOverMemory(Call))
    return ofUnseen(Call.getType());
  if (Call.isInlineAsm())
    return Call.getType()->isPointerTy() ? MayKernel : NoOrigin;
  if (auto *Intrinsic = dyn_cast<IntrinsicInst>(&Call)) {
    switch (Intrinsic->getIntrinsicID()) {
    case Intrinsic::threadlocal_address:
    case Intrinsic::returnaddress:
    case Intrinsic::addressofreturnaddress:
    case Intrinsic::frameaddress:
    case Intrinsic::stacksave:
      return MayLocal;
    case Intrinsic::ptrmask:
    case Intrinsic::launder_invariant_group:
    case Intrinsic::strip_invariant_group:
    case Intrinsic::ssa_copy:
    case Intrinsic::ptr_annotation:
      return C.origins(Call.getArgOperand(0));
    case Intrinsic::umin:
    case Intrinsic::umax:
    case Intrinsic::smin:
    case Intrinsic::smax:
      return C.origins(Call.getArgOperand(0)) |
             C.origins(Call.getArgOperand(1));
    default:
      return ofUnseen(Call.getType());
    }
  }
  auto *Callee = dyn_cast<Function>(Call.getCalledOperand());
  return Callee ? ofCallee(Call, *Callee) : ofUnseen(Call.getType());
}

Origins Solver::transfer(Instruction &I) {
  if (I.getType()->isVectorTy())
    return MayAnything;
  if (isKernelSpace(I.getType()))
    return MayKernel;
  switch (I.getOpcode()) {
  case Instruction::Alloca:
    return MayLocal;
  case Instruction::Load:
    return ofLoad(cast<LoadInst>(I));
  case Instruction::GetElementPtr:
  case Instruction::BitCast:
  case Instruction::Freeze:
    return C.origins(I.getOperand(0));
  case Instruction::AddrSpaceCast:
    return isKernelSpace(I.getOperand(0)->getType()) ? Origins(MayKernel)
                                                     : Origins(MayAnything);
  case Instruction::ExtractValue: {
    const auto *Call = dyn_cast<CallBase>(I.getOperand(0));
    return Call && Call->isInlineAsm() && !handsOverMemory(*Call) &&
                   I.getType()->isPointerTy()
               ? Origins(MayKernel)
               : ofUnseen(I.getType());
  }
  case Instruction::Trunc:
  case Instruction::ZExt:
  case Instruction::SExt:
    return NoOrigin | (C.origins(I.getOperand(0)) & FromTarget);
  case Instruction::PtrToInt:
    return I.getOperand(0)->getType()->isPointerTy()
               ? C.origins(I.getOperand(0))
               : Origins(NoOrigin);
  case Instruction::IntToPtr:
    return originsOfInteger(I.getOperand(0)->getType()->isIntegerTy(64)
                                ? C.origins(I.getOperand(0))
                                : Origins(NoOrigin));
  case Instruction::PHI: {
    Origins O = 0;
    for (Value *V : cast<PHINode>(I).incoming_values())
      O |= C.origins(V);
    return O;
  }
  case Instruction::Select:
    return C.origins(I.getOperand(1)) | C.origins(I.getOperand(2));
  case Instruction::Call:
  case Instruction::Invoke:
  case Instruction::CallBr:
    return ofCall(cast<CallBase>(I));
  default:
    if (isa<BinaryOperator>(I))
      return combine(C.origins(I.getOperand(0)), C.origins(I.getOperand(1)));
    return ofUnseen(I.getType());
  }
}

void Solver::visit(Instruction &I) {
  if (C.isTracked(I.getType()))
    join(I, transfer(I));
  if (auto *Return = dyn_cast<ReturnInst>(&I)) {
    Value *V = Return->getReturnValue();
    if (!V || !C.isTracked(V->getType()))
      return;
    Origins &Known = C.Returns[I.getFunction()];
    Origins O = Known | C.origins(V);
    Changed |= O != Known;
    Known = O;
    return;
  }
  auto *Call = dyn_cast<CallBase>(&I);
  auto *Callee = Call ? dyn_cast<Function>(Call->getCalledOperand()) : nullptr;
  if (!Callee || !C.Closed.lookup(Callee))
    return;
  for (Argument &A : Callee->args())
    if (C.isTracked(A.getType()) && A.getArgNo() < Call->arg_size())
      join(A, C.origins(Call->getArgOperand(A.getArgNo())));
}

//===-- Functions ----------------------------------------------------------===

/// Are all calls of \p F in this module, and made by its name?
static bool isClosed(const Function &F) {
  if (!F.hasLocalLinkage() || F.isDeclaration() || F.isVarArg())
    return false;
  for (const Use &U : F.uses()) {
    const auto *Call = dyn_cast<CallBase>(U.getUser());
    if (!Call || !Call->isCallee(&U) ||
        Call->getFunctionType() != F.getFunctionType())
      return false;
  }
  return true;
}

void Solver::seedArguments(Function &F) {
  bool Closed = C.Closed.lookup(&F);
  for (Argument &A : F.args()) {
    if (!C.isTracked(A.getType()))
      continue;
    if (isKernelSpace(A.getType()))
      join(A, MayKernel);
    else if (A.hasByValAttr() || A.hasStructRetAttr())
      join(A, MayLocal);
    else if (A.getType()->isVectorTy())
      join(A, MayAnything);
    else if (!Closed)
      join(A, F.getName() == "main" && A.getType()->isPointerTy()
                  ? Origins(MayLocal)
                  : ofUnseen(A.getType()));
  }
}

Classes classify(Module &M,
                 function_ref<const TargetLibraryInfo &(Function &)> GetTLI) {
  Classes C(M.getDataLayout());
  Solver S{M, C, GetTLI};
  for (Function &F : M)
    C.Closed[&F] = isClosed(F);
  for (Function &F : M)
    if (!F.isDeclaration())
      S.seedArguments(F);
  do {
    S.Changed = false;
    for (Function &F : M)
      for (Instruction &I : instructions(F))
        S.visit(I);
  } while (S.Changed);
  return C;
}

} // namespace fathom
