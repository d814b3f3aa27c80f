// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors

/// \file
/// What differs between the LLVM releases (16 to 22) that the pass is built
/// for.
#ifndef FATHOM_PASS_COMPAT_H
#define FATHOM_PASS_COMPAT_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/IR/Attributes.h"
#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/ScalarEvolutionExpander.h"
#if LLVM_VERSION_MAJOR >= 17
#include "llvm/IR/AttributeMask.h"
#endif
#if LLVM_VERSION_MAJOR >= 22
#include "llvm/Plugins/PassPlugin.h"
#else
#include "llvm/Passes/PassPlugin.h"
#endif

#include <initializer_list>

namespace fathom {

inline bool startsWith(llvm::StringRef Text, llvm::StringRef Prefix) {
  return Text.take_front(Prefix.size()) == Prefix;
}

inline bool endsWith(llvm::StringRef Text, llvm::StringRef Suffix) {
  return Text.take_back(Suffix.size()) == Suffix;
}

inline bool isOneOf(llvm::StringRef Text,
                    std::initializer_list<llvm::StringRef> Known) {
  for (llvm::StringRef Name : Known)
    if (Text == Name)
      return true;
  return false;
}

/// "The callee keeps no copy of this pointer."
inline llvm::Attribute noCapture(llvm::LLVMContext &Context) {
#if LLVM_VERSION_MAJOR >= 21
  return llvm::Attribute::getWithCaptureInfo(Context,
                                             llvm::CaptureInfo::none());
#else
  return llvm::Attribute::get(Context, llvm::Attribute::NoCapture);
#endif
}

/// Let address arithmetic wrap, and leave the object.
inline void clearNoWrap(llvm::GetElementPtrInst &GEP) {
#if LLVM_VERSION_MAJOR >= 19
  GEP.setNoWrapFlags(llvm::GEPNoWrapFlags::none());
#else
  GEP.setIsInBounds(false);
#endif
}

/// A copy of \p Call, before it, without its operand bundles of this kind.
inline llvm::CallBase *withoutBundle(llvm::CallBase *Call, uint32_t Kind) {
#if LLVM_VERSION_MAJOR >= 20
  return llvm::CallBase::removeOperandBundle(Call, Kind, Call->getIterator());
#else
  return llvm::CallBase::removeOperandBundle(Call, Kind, Call);
#endif
}

/// Does the debug info at \p Place say which variable all of it is?
inline bool isOfAll(const llvm::DIExpression *Where) {
  return !Where->getNumElements();
}

/// What the variable in \p Place was declared as, or NULL: as the frontend's
/// debug info has it.
inline const llvm::DIType *declaredType(const llvm::AllocaInst &Place) {
  auto *Value = const_cast<llvm::AllocaInst *>(&Place);
#if LLVM_VERSION_MAJOR >= 19
  llvm::SmallVector<llvm::DbgVariableRecord *, 2> Users;
#if LLVM_VERSION_MAJOR >= 22
  llvm::findDbgUsers(Value, Users);
#else
  llvm::SmallVector<llvm::DbgVariableIntrinsic *, 2> Intrinsics;
  llvm::findDbgUsers(Intrinsics, Value, &Users);
#endif
  for (llvm::DbgVariableRecord *User : Users)
    if (isOfAll(User->getExpression()) &&
        (User->isDbgDeclare() ||
         (User->isDbgAssign() && User->getAddress() == Value &&
          isOfAll(User->getAddressExpression()))))
      return User->getVariable()->getType();
#else
  llvm::SmallVector<llvm::DbgVariableIntrinsic *, 2> Users;
  llvm::findDbgUsers(Users, Value);
  for (const llvm::DbgVariableIntrinsic *User : Users) {
    const auto *Assign = llvm::dyn_cast<llvm::DbgAssignIntrinsic>(User);
    if (isOfAll(User->getExpression()) &&
        (Assign ? Assign->getAddress() == Value &&
                      isOfAll(Assign->getAddressExpression())
                : llvm::isa<llvm::DbgDeclareInst>(User)))
      return User->getVariable()->getType();
  }
#endif
  return nullptr;
}

inline llvm::SCEVExpander scevExpander(llvm::ScalarEvolution &SE,
                                       const llvm::Module &M) {
#if LLVM_VERSION_MAJOR >= 22
  (void)M;
  return llvm::SCEVExpander(SE, "fathom");
#else
  return llvm::SCEVExpander(SE, M.getDataLayout(), "fathom");
#endif
}

} // namespace fathom

#endif // FATHOM_PASS_COMPAT_H
