// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors

/// \file
/// Errors and remarks, at the line the author wrote.
#include "Fathom.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Analysis/OptimizationRemarkEmitter.h"
#include "llvm/IR/DIBuilder.h"
#include "llvm/IR/DiagnosticInfo.h"

using namespace llvm;

namespace fathom {

static bool isHeader(const DILocation &Location) {
  StringRef File = Location.getFilename();
  return endsWith(File, ".h") || endsWith(File, ".hpp");
}

static const DILocation *innermostAuthored(const DILocation *Location) {
  for (; Location; Location = Location->getInlinedAt())
    if (!isHeader(*Location))
      return Location;
  return nullptr;
}

static StringRef functionName(const DILocation &Location) {
  const DISubprogram *SP = Location.getScope()->getSubprogram();
  return SP ? SP->getName() : StringRef();
}

/// Of \p I, or where it is a compiler's mixture of several (line 0) of its
/// neighbours.
static const DILocation *locationOf(const Instruction &I) {
  for (const Instruction *At = &I; At; At = At->getPrevNode())
    if (At->getDebugLoc() && At->getDebugLoc().getLine())
      return At->getDebugLoc();
  for (const Instruction *At = &I; At; At = At->getNextNode())
    if (At->getDebugLoc() && At->getDebugLoc().getLine())
      return At->getDebugLoc();
  const DISubprogram *SP = I.getFunction()->getSubprogram();
  if (!SP)
    return nullptr;
  return DILocation::get(I.getContext(), SP->getLine(), 0,
                         const_cast<DISubprogram *>(SP));
}

/// Breadth first through the direct callers of an internal function.
static const DILocation *authoredCaller(const Function &F) {
  SmallPtrSet<const Function *, 16> Seen;
  SmallVector<const Function *, 16> Queue;
  Queue.push_back(&F);
  Seen.insert(&F);
  for (size_t Next = 0; Next < Queue.size(); Next++) {
    for (const User *U : Queue[Next]->users()) {
      const auto *Call = dyn_cast<CallBase>(U);
      if (!Call || Call->getCalledOperand() != Queue[Next])
        continue;
      if (const DILocation *Location = innermostAuthored(Call->getDebugLoc()))
        return Location;
      if (Seen.insert(Call->getFunction()).second)
        Queue.push_back(Call->getFunction());
    }
  }
  return nullptr;
}

AuthorLocation authorLocation(const Instruction &I) {
  AuthorLocation Result;
  const DILocation *Innermost = locationOf(I);
  if (!Innermost)
    return Result;
  Result.Location = innermostAuthored(Innermost);
  if (!Result.Location)
    Result.Location = authoredCaller(*I.getFunction());
  if (!Result.Location)
    Result.Location = Innermost;
  if (Result.Location != Innermost)
    Result.InlinedFunction = functionName(*Innermost);
  return Result;
}

/// The same mistake is often lowered several times (unrolled, inlined twice).
static bool isNew(Module &M, const DILocation *Location, StringRef Text) {
  if (!Location)
    return true;
  NamedMDNode *Reported = M.getOrInsertNamedMetadata("fathom.reported");
  std::string Key =
      (Location->getFilename() + ":" + Twine(Location->getLine()) + ":" +
       Twine(Location->getColumn()) + ":" + Text)
          .str();
  for (const MDNode *Node : Reported->operands())
    if (cast<MDString>(Node->getOperand(0))->getString() == Key)
      return false;
  Reported->addOperand(
      MDNode::get(M.getContext(), MDString::get(M.getContext(), Key)));
  return true;
}

void reportError(const Instruction &I, const Twine &Message) {
  AuthorLocation Author = authorLocation(I);
  std::string Text = Message.str();
  if (!Author.InlinedFunction.empty())
    Text += (", in inlined function '" + Author.InlinedFunction + "'").str();
  auto &F = const_cast<Function &>(*I.getFunction());
  if (!isNew(*F.getParent(), Author.Location, Text))
    return;
  DiagnosticLocation Location;
  if (Author.Location)
    Location = DiagnosticLocation(DebugLoc(Author.Location));
  Twine Stable(Text);
  I.getContext().diagnose(DiagnosticInfoUnsupported(F, Stable, Location));
}

/// A place outside of any function, as the diagnostics want one.
static const DILocation *locationOf(GlobalVariable &V) {
  SmallVector<DIGlobalVariableExpression *, 1> Descriptions;
  V.getDebugInfo(Descriptions);
  NamedMDNode *Units = V.getParent()->getNamedMetadata("llvm.dbg.cu");
  if (Descriptions.empty() || !Units || !Units->getNumOperands())
    return nullptr;
  const DIGlobalVariable *Described = Descriptions[0]->getVariable();
  DIBuilder B(*V.getParent(), false, cast<DICompileUnit>(Units->getOperand(0)));
  DIFile *File = Described->getFile();
  DISubprogram *Scope = B.createFunction(
      File, V.getName(), "", File, Described->getLine(),
      B.createSubroutineType(B.getOrCreateTypeArray({})), Described->getLine(),
      DINode::FlagZero, DISubprogram::SPFlagDefinition);
  return DILocation::get(V.getContext(), Described->getLine(), 0, Scope);
}

void reportError(GlobalVariable &V, const Twine &Message) {
  std::string Text =
      (Message + " in the initialiser of '" + V.getName() + "'").str();
  const DILocation *At = locationOf(V);
  Module &M = *V.getParent();
  if (!At || M.empty()) {
    V.getContext().emitError(Text);
    return;
  }
  Twine Stable(Text);
  V.getContext().diagnose(DiagnosticInfoUnsupported(
      *M.begin(), Stable, DiagnosticLocation(DebugLoc(At))));
}

void remarkDone(Instruction &I, StringRef Name, const Twine &Message) {
  OptimizationRemarkEmitter Emitter(I.getFunction());
  Emitter.emit(
      [&] { return OptimizationRemark(PassName, Name, &I) << Message.str(); });
}

void remarkMissed(Instruction &I, StringRef Name, const Twine &Message) {
  OptimizationRemarkEmitter Emitter(I.getFunction());
  Emitter.emit([&] {
    return OptimizationRemarkMissed(PassName, Name, &I) << Message.str();
  });
}

StringRef memberOf(const Instruction &I) {
  const MDNode *Node = I.getMetadata(MemberMetadata);
  return Node ? cast<MDString>(Node->getOperand(0))->getString() : StringRef();
}

std::string memberSuffix(const Instruction &I) {
  StringRef Member = memberOf(I);
  return Member.empty() ? std::string() : (" (" + Member + ")").str();
}

} // namespace fathom
