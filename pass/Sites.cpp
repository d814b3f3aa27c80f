// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors

/// \file
/// struct fathom_site constants.
#define FATHOM_ABI_TYPES_ONLY
#include "fathom/abi.h"

#include "Fathom.h"

using namespace llvm;

namespace fathom {

static_assert(sizeof(struct fathom_site) == 40 &&
                  offsetof(struct fathom_site, expression) == 8 &&
                  offsetof(struct fathom_site, line) == 16 &&
                  offsetof(struct fathom_site, column) == 20 &&
                  offsetof(struct fathom_site, offset) == 24 &&
                  offsetof(struct fathom_site, size) == 28 &&
                  offsetof(struct fathom_site, more) == 32,
              "emitted sites have the shape that abi.h gives");

Sites::Sites(Module &M) : M(M) {
  LLVMContext &Context = M.getContext();
  llvm::Type *Pointer = PointerType::get(Context, 0);
  llvm::Type *Word = llvm::Type::getInt32Ty(Context);
  this->Type = StructType::get(
      Context, {Pointer, Pointer, Word, Word, Word, Word, Word, Word});
}

static GlobalVariable *privateConstant(Module &M, Constant *Value,
                                       const Twine &Name) {
  auto *V = new GlobalVariable(M, Value->getType(), true,
                               GlobalValue::PrivateLinkage, Value, Name);
  V->setUnnamedAddr(GlobalValue::UnnamedAddr::Global);
  return V;
}

Constant *Sites::string(StringRef Text) {
  LLVMContext &Context = M.getContext();
  if (Text.empty())
    return ConstantPointerNull::get(PointerType::get(Context, 0));
  Constant *&Known = Strings[Text];
  if (!Known)
    Known = privateConstant(M, ConstantDataArray::getString(Context, Text),
                            "__fathom_string");
  return Known;
}

Constant *Sites::get(const Instruction &I, uint64_t Size) {
  AuthorLocation Author = authorLocation(I);
  StringRef File;
  unsigned Line = 0, Column = 0;
  if (Author.Location) {
    File = Author.Location->getFilename();
    Line = Author.Location->getLine();
    Column = Author.Location->getColumn();
  }
  StringRef Member = memberOf(I);
  std::string Key = (File + ":" + Twine(Line) + ":" + Twine(Column) + ":" +
                     Member + ":" + Twine(Size))
                        .str();
  Constant *&Site = Known[Key];
  if (Site)
    return Site;
  llvm::Type *Word = llvm::Type::getInt32Ty(M.getContext());
  Constant *Zero = ConstantInt::get(Word, 0);
  Site = privateConstant(
      M,
      ConstantStruct::get(Type, {string(File), string(Member),
                                 ConstantInt::get(Word, Line),
                                 ConstantInt::get(Word, Column), Zero,
                                 ConstantInt::get(Word, Size), Zero, Zero}),
      "__fathom_site");
  return Site;
}

} // namespace fathom
