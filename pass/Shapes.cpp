// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors

/// \file
/// Which words of a copy are pointers. What is copied is typed at its ends:
/// by a variable, by the member that is taken the address of, or, where both
/// are pointers that somebody gave us, by what these were declared to point to.
#define FATHOM_ABI_TYPES_ONLY
#include "fathom/abi.h"

#include "Fathom.h"

#include "llvm/BinaryFormat/Dwarf.h"

using namespace llvm;

namespace fathom {

//===-- By the types of the IR ---------------------------------------------===

/// Of types in one another, and of pointers to pointers.
static constexpr unsigned MaxDepth = 16;

static void markWord(std::string &Shape, uint64_t Offset, char Mark) {
  char &Word = Shape[Offset / 8];
  if (Word == FATHOM_SHAPE_MAYBE || Word == FATHOM_SHAPE_DATA || Mark == Word)
    Word = Mark == FATHOM_SHAPE_DATA ? Word : Mark;
  else if (Mark != FATHOM_SHAPE_DATA)
    Word = FATHOM_SHAPE_MAYBE;
}

/// Mark every word that [Offset, Offset + Size) touches.
static void markRange(std::string &Shape, uint64_t Offset, uint64_t Size) {
  for (uint64_t Word = Offset / 8; Word * 8 < Offset + Size; Word++)
    if (Word < Shape.size())
      Shape[Word] = FATHOM_SHAPE_MAYBE;
}

static bool isUnion(const StructType &T) {
  return T.hasName() && startsWith(T.getName(), "union.");
}

/// Bytes may be the storage of anything; integers of other sizes are what
/// they are declared as. A member of a union is declared as another one, too.
static void shapeInto(std::string &Shape, Type *T, uint64_t Offset,
                      const DataLayout &DL) {
  uint64_t Size = DL.getTypeAllocSize(T).getFixedValue();
  if (Offset / 8 >= Shape.size() || !Size)
    return;
  if (T->isPointerTy()) {
    if (Offset % 8)
      markRange(Shape, Offset, Size);
    else
      markWord(Shape, Offset, FATHOM_SHAPE_POINTER);
    return;
  }
  if (auto *S = dyn_cast<StructType>(T)) {
    if (isUnion(*S)) {
      if (Size >= 8)
        markRange(Shape, Offset, Size);
      return;
    }
    const StructLayout *Layout = DL.getStructLayout(S);
    for (unsigned I = 0; I < S->getNumElements(); I++)
      shapeInto(Shape, S->getElementType(I),
                Offset + uint64_t(Layout->getElementOffset(I)), DL);
    return;
  }
  if (auto *A = dyn_cast<ArrayType>(T)) {
    if (A->getElementType()->isIntegerTy(8)) {
      if (Size >= 8)
        markRange(Shape, Offset, Size);
      return;
    }
    uint64_t Step = DL.getTypeAllocSize(A->getElementType()).getFixedValue();
    for (uint64_t I = 0; I < A->getNumElements() && Step; I++) {
      if ((Offset + I * Step) / 8 >= Shape.size())
        return;
      shapeInto(Shape, A->getElementType(), Offset + I * Step, DL);
    }
    return;
  }
  if (T->isVectorTy())
    markRange(Shape, Offset, Size);
}

std::string shapeOf(Type *T, uint64_t Offset, uint64_t Size,
                    const DataLayout &DL) {
  uint64_t Whole = DL.getTypeAllocSize(T).getFixedValue();
  if (Offset % 8 || Offset > Whole || Size > Whole - Offset)
    return "";
  std::string Shape((Offset + Size + 7) / 8, FATHOM_SHAPE_DATA);
  shapeInto(Shape, T, 0, DL);
  return Shape.substr(Offset / 8);
}

static std::string shapeAt(const Value &Pointer, uint64_t Size,
                           const DataLayout &DL) {
  const Value *V = Pointer.stripPointerCasts();
  if (const auto *Variable = dyn_cast<AllocaInst>(V))
    if (Variable->getAllocatedType()->isAggregateType())
      return shapeOf(Variable->getAllocatedType(), 0, Size, DL);
  if (const auto *Variable = dyn_cast<GlobalVariable>(V))
    if (Variable->getValueType()->isAggregateType())
      return shapeOf(Variable->getValueType(), 0, Size, DL);
  MemberPath Path = memberPath(*V, DL);
  if (!Path.Struct)
    return "";
  return shapeOf(Path.Struct, Path.Offset, Size, DL);
}

//===-- By what was declared -----------------------------------------------===

static void shapeInto(std::string &Shape, const DIType *T, uint64_t Offset,
                      unsigned Depth);

static void shapeMembers(std::string &Shape, const DICompositeType &T,
                         uint64_t Offset, unsigned Depth) {
  for (const DINode *Node : T.getElements()) {
    const auto *Member = dyn_cast<DIDerivedType>(Node);
    if (Member && Member->getTag() == dwarf::DW_TAG_member &&
        !Member->isBitField())
      shapeInto(Shape, Member->getBaseType(),
                Offset + Member->getOffsetInBits() / 8, Depth + 1);
  }
}

static void shapeElements(std::string &Shape, const DICompositeType &T,
                          uint64_t Offset, unsigned Depth) {
  const DIType *Element = stripQualifiers(T.getBaseType());
  uint64_t Size = T.getSizeInBits() / 8;
  uint64_t Step = Element ? Element->getSizeInBits() / 8 : 0;
  if (T.isVector() || Step <= 1) {
    if (Size >= 8)
      markRange(Shape, Offset, Size);
    return;
  }
  for (uint64_t At = 0; At < Size && (Offset + At) / 8 < Shape.size();
       At += Step)
    shapeInto(Shape, Element, Offset + At, Depth + 1);
}

/// The same rules as for types of the IR.
static void shapeInto(std::string &Shape, const DIType *T, uint64_t Offset,
                      unsigned Depth) {
  T = stripQualifiers(T);
  if (!T || !T->getSizeInBits() || Offset / 8 >= Shape.size())
    return;
  uint64_t Size = T->getSizeInBits() / 8;
  unsigned Tag = T->getTag();
  if (Tag == dwarf::DW_TAG_pointer_type && Offset % 8 == 0) {
    markWord(Shape, Offset, FATHOM_SHAPE_POINTER);
    return;
  }
  if (Tag == dwarf::DW_TAG_base_type || Tag == dwarf::DW_TAG_enumeration_type)
    return;
  const auto *Composite = dyn_cast<DICompositeType>(T);
  if (Composite && Depth < MaxDepth && Tag == dwarf::DW_TAG_structure_type)
    shapeMembers(Shape, *Composite, Offset, Depth);
  else if (Composite && Depth < MaxDepth && Tag == dwarf::DW_TAG_array_type)
    shapeElements(Shape, *Composite, Offset, Depth);
  else if (Size >= 8 || Tag != dwarf::DW_TAG_union_type)
    markRange(Shape, Offset, Size);
}

static const DIType *pointeeOf(const DIType *T) {
  const auto *Pointer = dyn_cast_or_null<DIDerivedType>(stripQualifiers(T));
  if (!Pointer || Pointer->getTag() != dwarf::DW_TAG_pointer_type)
    return nullptr;
  return stripQualifiers(Pointer->getBaseType());
}

static const DIType *returnType(const CallBase &Call) {
  const Function *Callee = Call.getCalledFunction();
  const DISubprogram *Program = Callee ? Callee->getSubprogram() : nullptr;
  if (!Program || !Program->getType() ||
      !Program->getType()->getTypeArray().size())
    return nullptr;
  return Program->getType()->getTypeArray()[0];
}

/// What the frontend's \p Pointer was declared to point to, or NULL.
static const DIType *declaredPointee(const Value &Pointer,
                                     const TypeIndex &Types,
                                     const DataLayout &DL, unsigned Depth = 0) {
  const Value *V = Pointer.stripPointerCasts();
  if (const auto *Variable = dyn_cast<AllocaInst>(V))
    return stripQualifiers(declaredType(*Variable));
  if (const auto *Call = dyn_cast<CallBase>(V))
    return pointeeOf(returnType(*Call));
  if (const auto *Load = dyn_cast<LoadInst>(V)) {
    if (Depth >= MaxDepth)
      return nullptr;
    return pointeeOf(
        declaredPointee(*Load->getPointerOperand(), Types, DL, Depth + 1));
  }
  MemberPath Path = memberPath(*V, DL);
  const DICompositeType *Type =
      Path.Struct ? Types.find(*Path.Struct) : nullptr;
  return Type ? pointerMemberAt(*Type, Path.Offset * 8) : nullptr;
}

/// Only of structs, and only of just one: an integer may be a place for
/// anything, and more than one are not what was declared.
static std::string shapeDeclared(const Value &Pointer, uint64_t Size,
                                 const TypeIndex &Types, const DataLayout &DL) {
  const DIType *T = declaredPointee(Pointer, Types, DL);
  if (!T || T->getTag() != dwarf::DW_TAG_structure_type ||
      T->getSizeInBits() / 8 != Size)
    return "";
  std::string Shape((Size + 7) / 8, FATHOM_SHAPE_DATA);
  shapeInto(Shape, T, 0, 0);
  return Shape;
}

//===-- Copies -------------------------------------------------------------===

static std::string shapeOfEnd(const Value &Pointer, uint64_t Size,
                              const DataLayout &DL, const TypeIndex *Types) {
  std::string Shape = shapeAt(Pointer, Size, DL);
  return Shape.empty() && Types ? shapeDeclared(Pointer, Size, *Types, DL)
                                : Shape;
}

std::string shapeOfCopy(const Value &Destination, const Value &Source,
                        const Value &Length, const DataLayout &DL,
                        const TypeIndex *Types) {
  const auto *Constant = dyn_cast<ConstantInt>(&Length);
  if (!Constant)
    return "";
  uint64_t Size = Constant->getZExtValue();
  std::string A = shapeOfEnd(Source, Size, DL, Types);
  std::string B = shapeOfEnd(Destination, Size, DL, Types);
  if (A.empty() || B.empty())
    return A.empty() ? B : A;
  for (size_t I = 0; I < A.size(); I++)
    if (A[I] != B[I])
      A[I] = FATHOM_SHAPE_MAYBE;
  return A;
}

} // namespace fathom
