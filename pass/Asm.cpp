// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors

/// \file
/// Inline assembly: what can be seen through, and what must be refused.
#include "Fathom.h"

#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace fathom {

/// The number of the operand tied to the only output, if that is all there is.
std::optional<unsigned> identityOperand(const CallBase &Call) {
  const auto *Asm = dyn_cast<InlineAsm>(Call.getCalledOperand());
  Type *T = Call.getType();
  if (!Asm || !StringRef(Asm->getAsmString()).trim().empty() ||
      !(T->isPointerTy() || T->isIntegerTy()))
    return std::nullopt;
  unsigned Operand = 0;
  for (const InlineAsm::ConstraintInfo &C : Asm->ParseConstraints()) {
    if (C.Type == InlineAsm::isOutput && !C.isIndirect)
      continue;
    if (C.Type != InlineAsm::isInput && C.Type != InlineAsm::isOutput)
      break;
    if (C.Codes.size() == 1 && C.Codes[0] == "0")
      return Operand;
    Operand++;
  }
  return std::nullopt;
}

bool rewriteIdentities(Module &M) {
  SmallVector<std::pair<CallInst *, unsigned>, 16> Found;
  for (Function &F : M)
    for (BasicBlock &Block : F)
      for (Instruction &I : Block)
        if (auto *Call = dyn_cast<CallInst>(&I))
          if (std::optional<unsigned> Operand = identityOperand(*Call))
            if (Call->getType()->isPointerTy() !=
                Call->getArgOperand(*Operand)->getType()->isPointerTy())
              Found.push_back({Call, *Operand});
  for (auto [Call, Operand] : Found) {
    IRBuilder<> B(Call);
    Value *V = Call->getArgOperand(Operand);
    Value *Cast = Call->getType()->isPointerTy()
                      ? B.CreateIntToPtr(V, Call->getType())
                      : B.CreatePtrToInt(V, Call->getType());
    Call->replaceAllUsesWith(Cast);
    Call->eraseFromParent();
  }
  return !Found.empty();
}

bool readsSegment(const CallBase &Call) {
  const auto *Asm = dyn_cast<InlineAsm>(Call.getCalledOperand());
  if (!Asm)
    return false;
  StringRef Text = Asm->getAsmString();
  return Text.contains("%gs") || Text.contains("%fs");
}

bool handsOverMemory(const CallBase &Call) {
  if (!Call.isInlineAsm() || !writesPrivately(*Call.getModule()))
    return false;
  const auto &Asm = *cast<InlineAsm>(Call.getCalledOperand());
  return any_of(Asm.ParseConstraints(), [](const InlineAsm::ConstraintInfo &C) {
    return C.isIndirect;
  });
}

static bool isEmpty(const InlineAsm &Asm) {
  return StringRef(Asm.getAsmString()).trim().empty();
}

static void judgeOperand(Lowering &L, CallBase &Call, unsigned Number) {
  Value *V = Call.getArgOperand(Number);
  if (!V->getType()->isPointerTy())
    return;
  switch (L.TheClasses.of(V)) {
  case Class::Local:
    return;
  case Class::Kernel:
  case Class::Rooted:
    refuse(L, Call,
           "inline assembly is given a kernel pointer" + memberSuffix(Call) +
               ": it would access this program's memory");
    return;
  case Class::Unknown:
    emitLocalCheck(L, V, &Call, true);
    L.Changed = true;
  }
}

/// Bytes that the assembly accesses at a memory operand.
static uint64_t sizeOfOperand(const Lowering &L, const CallBase &Call,
                              unsigned Number) {
  Type *T = Call.getParamElementType(Number);
  if (!T || !T->isSized())
    return 8;
  return std::max<uint64_t>(L.DL.getTypeStoreSize(T).getKnownMinValue(), 1);
}

/// A memory operand becomes the address of the view's copy.
static void redirectOperand(Lowering &L, CallBase &Call, unsigned Number,
                            bool IsWritten) {
  Value *V = Call.getArgOperand(Number);
  Class Where = L.TheClasses.of(V);
  if (Where == Class::Local)
    return;
  uint64_t Size = sizeOfOperand(L, Call, Number);
  Value *Base = Where == Class::Kernel ? nullptr : baseOf(V);
  Value *Local = emitTranslation(L, &Call, V, Base, Size,
                                 L.TheSites.get(Call, Size), true);
  tagLoadedParts(L, Call, Base);
  for (unsigned Other = 0; IsWritten && Other < Call.arg_size(); Other++)
    if (!Call.getParamElementType(Other))
      writeUntagged(L, Call, Other, Base);
  if (V->getType() != Local->getType())
    Local = IRBuilder<>(&Call).CreateAddrSpaceCast(Local, V->getType());
  Call.setArgOperand(Number, Local);
  L.Changed = true;
}

/// Does the text name operand \p Number? What is in- and output ("+m") is two
/// operands, of which it names one.
static bool names(StringRef Text, unsigned Number) {
  std::string Digits = std::to_string(Number);
  for (size_t At = Text.find('$'); At != StringRef::npos;
       At = Text.find('$', At + 1)) {
    StringRef Rest = Text.drop_front(At + 1);
    if (startsWith(Rest, "$")) { // a dollar of the assembly's own
      At++;
      continue;
    }
    if (startsWith(Rest, "{"))
      Rest = Rest.drop_front();
    if (startsWith(Rest, Digits) &&
        !isDigit(Rest.size() > Digits.size() ? Rest[Digits.size()] : ' '))
      return true;
  }
  return false;
}

/// May it write to one place what it has read in another? Then nobody tags the
/// pointers among it.
static bool moves(const InlineAsm &Asm) {
  bool Writes = false;
  unsigned Number = 0, Places = 0;
  for (const InlineAsm::ConstraintInfo &C : Asm.ParseConstraints()) {
    if (C.Type != InlineAsm::isOutput && C.Type != InlineAsm::isInput)
      continue;
    if (C.isIndirect && names(Asm.getAsmString(), Number)) {
      Writes |= C.Type == InlineAsm::isOutput;
      Places++;
    }
    Number++;
  }
  return Writes && Places > 1;
}

/// Private-write mode: pointers in registers are values as any others, but to
/// string instructions. A hint, right or wrong, has no effect.
static void redirectOperands(Lowering &L, CallBase &Call,
                             const InlineAsm &Asm) {
  StringRef Text = Asm.getAsmString();
  if (Text.contains("prefetch"))
    return;
  bool IsMove = Text.contains("rep") || moves(Asm);
  unsigned Number = 0;
  for (const InlineAsm::ConstraintInfo &C : Asm.ParseConstraints()) {
    if (!C.hasArg())
      continue;
    if (IsMove)
      judgeOperand(L, Call, Number);
    else if (C.isIndirect)
      redirectOperand(L, Call, Number, C.Type == InlineAsm::isOutput);
    Number++;
  }
}

void lowerAsm(Lowering &L, CallBase &Call) {
  const auto &Asm = *cast<InlineAsm>(Call.getCalledOperand());
  if (isa<CallBrInst>(Call)) {
    reportError(Call, "asm goto is not supported");
    return;
  }
  if (readsSegment(Call)) {
    reportError(Call, "inline assembly reads per-CPU data of the machine it "
                      "runs on, not of the target");
    return;
  }
  if (isEmpty(Asm))
    return;
  if (L.PrivateWrites) {
    redirectOperands(L, Call, Asm);
    return;
  }
  for (unsigned I = 0; I < Call.arg_size(); I++)
    judgeOperand(L, Call, I);
}

} // namespace fathom
