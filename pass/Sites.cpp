// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors

/// \file
/// struct fathom_site constants.
#define FATHOM_ABI_TYPES_ONLY
#include "fathom/abi.h"

#include "Fathom.h"

using namespace llvm;

namespace fathom {

static_assert(sizeof(struct fathom_site) == 48 &&
                  offsetof(struct fathom_site, expression) == 8 &&
                  offsetof(struct fathom_site, line) == 16 &&
                  offsetof(struct fathom_site, column) == 20 &&
                  offsetof(struct fathom_site, flags) == 22 &&
                  offsetof(struct fathom_site, offset) == 24 &&
                  offsetof(struct fathom_site, size) == 28 &&
                  offsetof(struct fathom_site, more) == 32 &&
                  offsetof(struct fathom_site, outline_offset) == 36 &&
                  offsetof(struct fathom_site, outline) == 40,
              "emitted sites have the shape that abi.h gives");

Sites::Sites(Module &M, Outlines *TheOutlines)
    : M(M), TheOutlines(TheOutlines),
      Flags(writesPrivately(M) ? FATHOM_SITE_PRIVATE_WRITES : 0) {
  LLVMContext &Context = M.getContext();
  llvm::Type *Pointer = PointerType::get(Context, 0);
  llvm::Type *Word = llvm::Type::getInt32Ty(Context);
  this->Type = StructType::get(
      Context, {Pointer, Pointer, Word, Word, Word, Word, Word, Word, Pointer});
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

Constant *Sites::value(const Instruction &I, uint64_t Size, uint64_t Offset,
                       uint64_t More) {
  AuthorLocation Author = authorLocation(I);
  StringRef File;
  unsigned Line = 0, Column = 0;
  if (Author.Location) {
    File = Author.Location->getFilename();
    Line = Author.Location->getLine();
    Column = Author.Location->getColumn();
  }
  OutlinePlace Place = {
      ConstantPointerNull::get(PointerType::get(M.getContext(), 0)), 0};
  if (TheOutlines)
    Place = TheOutlines->place(I);
  auto word = [&](uint64_t N) {
    return ConstantInt::get(llvm::Type::getInt32Ty(M.getContext()), N);
  };
  return ConstantStruct::get(
      Type,
      {string(File), string(memberOf(I)), word(Line),
       word((Column & 0xffff) | Flags << 16), word(Offset), word(Size),
       word(More), word(static_cast<uint32_t>(Place.Offset)), Place.Outline});
}

Constant *Sites::group(ArrayRef<SitePart> Parts) {
  SmallVector<Constant *, 8> Values;
  for (const SitePart &Part : Parts)
    Values.push_back(value(*Part.At, Part.Size, Part.Offset,
                           Values.empty() ? Parts.size() - 1 : 0));
  auto *Array = ArrayType::get(Type, Values.size());
  return privateConstant(M, ConstantArray::get(Array, Values),
                         "__fathom_sites");
}

Constant *Sites::get(const Instruction &I, uint64_t Size) {
  Constant *Value = value(I, Size, 0, 0);
  Constant *&Site = Known[Value];
  if (!Site)
    Site = privateConstant(M, Value, "__fathom_site");
  return Site;
}

} // namespace fathom
