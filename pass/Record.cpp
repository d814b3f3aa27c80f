// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors

/// \file
/// What the runtime is told about a module when the program starts: struct
/// fathom_module, and a constructor that hands it over before the module's
/// others run.
#define FATHOM_ABI_TYPES_ONLY
#include "fathom/abi.h"

#include "Fathom.h"

#include "llvm/Transforms/Utils/ModuleUtils.h"

using namespace llvm;

namespace fathom {

static_assert(sizeof(struct fathom_symbol) == 40 &&
                  sizeof(struct fathom_relocation) == 24 &&
                  sizeof(struct fathom_layout) == 24 &&
                  sizeof(struct fathom_escape) == 24 &&
                  sizeof(struct fathom_function) == 24 &&
                  sizeof(struct fathom_module) == 96,
              "emitted records have the shape that abi.h gives");

namespace {
struct Record {
  Lowering &L;
  Module &M;
  LLVMContext &Context;
  PointerType *Pointer;
  Type *Word, *Half;
  Constant *Null;
  SmallVector<Constant *, 12> Fields;

  explicit Record(Lowering &L)
      : L(L), M(L.M), Context(M.getContext()),
        Pointer(PointerType::get(Context, 0)), Word(Type::getInt64Ty(Context)),
        Half(Type::getInt32Ty(Context)),
        Null(ConstantPointerNull::get(Pointer)) {}

  Constant *number(uint64_t Value) { return ConstantInt::get(Word, Value); }
  void addArray(ArrayRef<Constant *> Elements, const Twine &Name);
  void addRelease();
  void addSymbols();
  void addRelocations();
  void addLayouts();
  void addEscapes();
  void addFunctions();
};
} // namespace

/// Adds the pointer to the array and the number of its elements.
void Record::addArray(ArrayRef<Constant *> Elements, const Twine &Name) {
  if (Elements.empty()) {
    Fields.append({Null, number(0)});
    return;
  }
  auto *T = ArrayType::get(Elements[0]->getType(), Elements.size());
  auto *Array = new GlobalVariable(M, T, true, GlobalValue::PrivateLinkage,
                                   ConstantArray::get(T, Elements), Name);
  Fields.append({Array, number(Elements.size())});
}

void Record::addRelease() {
  GlobalVariable *Release =
      M.getGlobalVariable(FATHOM_KERNEL_RELEASE_SYMBOL, true);
  Fields.push_back(Release && Release->hasInitializer() ? Release : Null);
}

//===-- Symbols ------------------------------------------------------------===

/// Ends of sections: linkers define these themselves, so that a weak
/// reference would always find the program's own.
static bool isLinkersOwn(StringRef Name) {
  return Name == "_end" || Name == "end" || Name == "_etext" ||
         Name == "etext" || Name == "_edata" || Name == "edata" ||
         Name == "__bss_start";
}

/// A weak reference to \p Name. Where the program calls a function directly,
/// the reference is strong anyway.
static Constant *weakReference(Module &M, StringRef Name) {
  GlobalValue *V = M.getNamedValue(Name);
  if (!V)
    V = new GlobalVariable(M, Type::getInt8Ty(M.getContext()), false,
                           GlobalValue::ExternalWeakLinkage, nullptr, Name);
  auto isDirectCall = [&](const User *U) {
    const auto *Call = dyn_cast<CallBase>(U);
    return Call && Call->getCalledOperand() == V;
  };
  if (V->isDeclaration() && none_of(V->users(), isDirectCall))
    V->setLinkage(GlobalValue::ExternalWeakLinkage);
  return V;
}

static const Instruction *firstUse(const GlobalVariable &Slot) {
  for (const User *U : Slot.users())
    if (const auto *I = dyn_cast<Instruction>(U))
      if (I->getDebugLoc())
        return I;
  return nullptr;
}

void Record::addSymbols() {
  SmallVector<Constant *, 32> Symbols;
  SmallVector<GlobalVariable *, 32> Slots;
  for (GlobalVariable &V : M.globals())
    if (startsWith(V.getName(), SlotPrefix) && !V.use_empty())
      Slots.push_back(&V);
  bool UsesKernelHeaders = !Fields.empty() && !Fields.back()->isNullValue();
  for (GlobalVariable *Slot : Slots) {
    StringRef Name = Slot->getName().drop_front(StringRef(SlotPrefix).size());
    const Instruction *First = firstUse(*Slot);
    uint64_t Flags = 0;
    if (isOptionalSlot(*Slot))
      Flags |= FATHOM_SYMBOL_OPTIONAL;
    if (isFunctionSlot(*Slot))
      Flags |= FATHOM_SYMBOL_FUNCTION;
    if (L.PrivateWrites)
      Flags |= FATHOM_SYMBOL_LAZY;
    Constant *Local =
        UsesKernelHeaders && isLinkersOwn(Name) ? Null : weakReference(M, Name);
    Symbols.push_back(ConstantStruct::getAnon(
        Context, {L.TheSites.string(Name), Local, Slot,
                  First ? L.TheSites.get(*First, 0) : Null, number(Flags)}));
  }
  addArray(Symbols, "__fathom_symbols");
}

//===-- Lists kept in metadata ---------------------------------------------===

static Constant *constantOf(const MDNode &Node, unsigned Operand) {
  const auto *Wrapped =
      dyn_cast_or_null<ConstantAsMetadata>(Node.getOperand(Operand).get());
  return Wrapped ? Wrapped->getValue() : nullptr;
}

void Record::addRelocations() {
  GlobalVariable *Array = M.getGlobalVariable(RelocationsName, true);
  if (!Array) {
    addArray({}, "");
    return;
  }
  removeFromUsedLists(M, [&](Constant *C) { return C == Array; });
  Fields.append(
      {Array,
       number(cast<ArrayType>(Array->getValueType())->getNumElements())});
}

void Record::addLayouts() {
  SmallVector<Constant *, 64> Layouts;
  if (NamedMDNode *List = M.getNamedMetadata(LayoutMetadata)) {
    for (const MDNode *Node : List->operands())
      Layouts.push_back(ConstantStruct::getAnon(
          Context,
          {L.TheSites.string(cast<MDString>(Node->getOperand(0))->getString()),
           L.TheSites.string(cast<MDString>(Node->getOperand(1))->getString()),
           constantOf(*Node, 2), constantOf(*Node, 3)}));
    List->eraseFromParent();
  }
  addArray(Layouts, "__fathom_layouts");
}

void Record::addEscapes() {
  SmallVector<Constant *, 16> Escapes;
  for (const Escape &E : L.Escapes)
    Escapes.push_back(ConstantStruct::getAnon(
        Context, {L.TheSites.string(E.Function),
                  weakReference(M, FATHOM_AWARE_PREFIX + E.Function), E.Site}));
  addArray(Escapes, "__fathom_escapes");
}

/// Functions that may be called by way of the target's tables.
void Record::addFunctions() {
  SmallVector<Constant *, 32> Functions;
  for (Function &F : M)
    if (L.PrivateWrites && !F.isDeclarationForLinker() &&
        !L.TheClasses.Closed.lookup(&F) &&
        !startsWith(F.getName(), "__fathom_"))
      Functions.push_back(ConstantStruct::getAnon(
          Context, {L.TheSites.string(F.getName()), &F, number(typeOf(F))}));
  addArray(Functions, "__fathom_functions");
}

//===-- Module -------------------------------------------------------------===

/// Tell other modules that these functions take kernel pointers.
static void emitMarkers(Module &M) {
  SmallVector<Function *, 32> Defined;
  for (Function &F : M)
    if (!F.isDeclarationForLinker() && !F.hasLocalLinkage())
      Defined.push_back(&F);
  Type *Byte = Type::getInt8Ty(M.getContext());
  for (Function *F : Defined) {
    std::string Name = (FATHOM_AWARE_PREFIX + F->getName()).str();
    if (GlobalValue *Known = M.getNamedValue(Name))
      if (!Known->isDeclaration())
        continue;
    auto Linkage = F->hasExternalLinkage() ? GlobalValue::ExternalLinkage
                                           : GlobalValue::WeakAnyLinkage;
    auto *Marker = new GlobalVariable(M, Byte, true, Linkage,
                                      ConstantInt::get(Byte, 1), "");
    if (GlobalValue *Known = M.getNamedValue(Name)) {
      Known->replaceAllUsesWith(Marker);
      Known->eraseFromParent();
    }
    Marker->setName(Name);
    Marker->setVisibility(F->getVisibility());
  }
}

/// Code of a module that neither looks at the target nor calls libfathom, nor
/// is to be called by way of the target, needs no runtime.
static bool needsRuntime(const Lowering &L) {
  if (L.Changed || L.PrivateWrites)
    return true;
  for (const GlobalVariable &V : L.M.globals())
    if (startsWith(V.getName(), SlotPrefix))
      return true;
  for (const Function &F : L.M)
    if (F.isDeclaration() && isFathomFunction(F.getName()))
      return true;
  return false;
}

static void emitConstructor(Module &M, Constant *Module) {
  LLVMContext &Context = M.getContext();
  Type *Void = Type::getVoidTy(Context);
  auto *F =
      Function::Create(FunctionType::get(Void, false),
                       GlobalValue::InternalLinkage, "__fathom_construct", M);
  F->addFnAttr(Attribute::NoUnwind);
  IRBuilder<> B(BasicBlock::Create(Context, "", F));
  B.CreateCall(M.getOrInsertFunction("__fathom_register", Void,
                                     PointerType::get(Context, 0)),
               {Module});
  B.CreateRetVoid();
  appendToGlobalCtors(M, F, 0);
}

void emitRecord(Lowering &L) {
  Module &M = L.M;
  emitMarkers(M);
  if (!needsRuntime(L))
    return;
  Record R(L);
  R.addRelease();
  R.addSymbols();
  R.addRelocations();
  R.addLayouts();
  R.addEscapes();
  R.addFunctions();
  SmallVector<Constant *, 12> Fields;
  Fields.append(
      {ConstantInt::get(R.Half, FATHOM_ABI_VERSION),
       ConstantInt::get(R.Half,
                        L.PrivateWrites ? FATHOM_MODULE_PRIVATE_WRITES : 0)});
  Fields.append(R.Fields.begin(), R.Fields.end());
  Constant *Value = ConstantStruct::getAnon(R.Context, Fields);
  auto *Module = new GlobalVariable(M, Value->getType(), true,
                                    GlobalValue::InternalLinkage, Value,
                                    "__fathom_module");
  emitConstructor(M, Module);
}

} // namespace fathom
