// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors

/// \file
/// What the parts of the pass tell one another.
///
/// Two phases. fathom-prepare runs first of all passes, on what the frontend
/// emitted: it hides from the optimizer what only the target knows (Slots,
/// Copies) and keeps what only the frontend knows (Layouts). fathom-lower
/// runs when functions are inlined and redundant loads are gone: it decides
/// for every pointer where it may point (Classify), makes loads through the
/// target's pointers reads of the target (Lower, Translate) and tells the
/// runtime about the module (Record).
///
/// Representation of pointers after fathom-lower. A *kernel* value is the
/// target's own bits. Every other pointer, in a register, in memory or in a
/// call, obeys the rule that makes it safe to tell by its sign: positive means
/// that it is this program's. A hostile positive value has been tagged
/// (FATHOM_TAG in abi.h) before it became such a pointer.
#ifndef FATHOM_PASS_FATHOM_H
#define FATHOM_PASS_FATHOM_H

#include "compat.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/PassManager.h"
#include "llvm/IR/ValueMap.h"

#include <memory>
#include <optional>
#include <string>

namespace fathom {

//===-- Names --------------------------------------------------------------===

inline constexpr char PassName[] = "fathom";
inline constexpr char SlotPrefix[] = "__fathom_slot.";
/// Metadata of memory accesses and copies: "task_struct.comm".
inline constexpr char MemberMetadata[] = "fathom.member";
/// Metadata of accesses to integers that may hold a pointer through a union.
inline constexpr char PunMetadata[] = "fathom.pun";
/// Metadata of loads from a span: the address is local, what is loaded there
/// is the target's.
inline constexpr char SpanMetadata[] = "fathom.span";
/// Metadata of a __fathom_copy that was a memmove.
inline constexpr char MoveMetadata[] = "fathom.move";
/// Named metadata: members that the module was compiled to find.
inline constexpr char LayoutMetadata[] = "fathom.layouts";
/// The array of struct fathom_relocation. Data from the start, so that the
/// optimizer sees that the variables it names are written to.
inline constexpr char RelocationsName[] = "__fathom_relocations";
/// Address space of __fathom_kernel pointers.
inline constexpr unsigned KernelAddressSpace = 1;

//===-- Diagnostics.cpp ----------------------------------------------------===

/// The line an author would look at, and how the code got there.
struct AuthorLocation {
  const llvm::DILocation *Location = nullptr;
  llvm::StringRef InlinedFunction; ///< empty if the code is the author's own
};

/// The innermost line of \p I that is not in a header, through inlining and,
/// where functions were not inlined, through their callers.
AuthorLocation authorLocation(const llvm::Instruction &I);

/// A compile-time error at the author's line; once for each line and text.
void reportError(const llvm::Instruction &I, const llvm::Twine &Message);
void reportError(llvm::GlobalVariable &V, const llvm::Twine &Message);

/// -Rpass=fathom and -Rpass-missed=fathom.
void remarkDone(llvm::Instruction &I, llvm::StringRef Name,
                const llvm::Twine &Message);
void remarkMissed(llvm::Instruction &I, llvm::StringRef Name,
                  const llvm::Twine &Message);

/// "task_struct.comm" of an access, from MemberMetadata; empty if unknown.
llvm::StringRef memberOf(const llvm::Instruction &I);
/// " (task_struct.comm)" or nothing, for messages.
std::string memberSuffix(const llvm::Instruction &I);

//===-- Layouts.cpp --------------------------------------------------------===

/// Struct and union types of the module's debug info, by name.
struct TypeIndex {
  llvm::StringMap<const llvm::DICompositeType *> Structs, Unions;

  explicit TypeIndex(const llvm::Module &M);
  const llvm::DICompositeType *find(const llvm::StructType &Type) const;
};

/// Is this type declared in the kernel's headers?
bool isKernelType(const llvm::DICompositeType &Type);
/// Is it a building block that programs use for data of their own, too
/// (list_head, atomic_t)?
bool isGenericType(const llvm::DICompositeType &Type);

/// Name memory accesses and list the members that are used.
void recordLayouts(llvm::Module &M, const TypeIndex &Types);

/// Is this a place in a union of a variable of the program's that holds a
/// pointer, too?
bool isInUnionWithPointer(const llvm::Value &Pointer, const TypeIndex &Types,
                          const llvm::DataLayout &DL);

/// A member access, as far as it can be read from the instructions.
struct MemberPath {
  llvm::StructType *Struct = nullptr; ///< outermost struct; NULL if none
  uint64_t Offset = 0;                ///< bytes from its start
};
MemberPath memberPath(const llvm::Value &Pointer, const llvm::DataLayout &DL);

/// \p T without its names and qualifiers.
const llvm::DIType *stripQualifiers(const llvm::DIType *T);
/// The type of the pointer at just this bit of \p Type, or NULL: also if it
/// is in a union, where it may be something else.
const llvm::DIType *pointerMemberAt(const llvm::DICompositeType &Type,
                                    uint64_t Bit);

//===-- TargetData.cpp -----------------------------------------------------===

/// Of a module marked with FATHOM_TARGET_DATA_SYMBOL: make declarations of the
/// variables that it defines. Before insertSlots().
bool giveDataToTarget(llvm::Module &M);

//===-- Slots.cpp ----------------------------------------------------------===

/// Turn every use of a global that may be the target's into a load of a slot.
bool insertSlots(llvm::Module &M, const TypeIndex &Types);

/// The slot that \p V is a load of, or NULL.
const llvm::GlobalVariable *slotOf(const llvm::Value *V);
/// Is the symbol of this slot known to be of a kernel's type?
bool isRootedSlot(const llvm::GlobalVariable &Slot);
/// Is it a function's, is it declared weak?
bool isFunctionSlot(const llvm::GlobalVariable &Slot);
bool isOptionalSlot(const llvm::GlobalVariable &Slot);

//===-- Shapes.cpp ---------------------------------------------------------===

/// FATHOM_SHAPE_* of the words of \p Size bytes at \p Offset of \p T; empty
/// if it is not all of T.
std::string shapeOf(llvm::Type *T, uint64_t Offset, uint64_t Size,
                    const llvm::DataLayout &DL);
/// Of a copy of \p Length bytes. Both ends may have a type; what one of them
/// calls a pointer is one. Empty if neither is known. \p Types: look at what
/// pointers are declared to point to, too, which is good only for code as the
/// frontend has made it.
std::string shapeOfCopy(const llvm::Value &Destination,
                        const llvm::Value &Source, const llvm::Value &Length,
                        const llvm::DataLayout &DL,
                        const TypeIndex *Types = nullptr);

//===-- Copies.cpp ---------------------------------------------------------===

/// Make copies of structs from pointers known to the pass: __fathom_copy.
bool rewriteCopies(llvm::Module &M, const TypeIndex &Types);
/// void __fathom_copy(dst, src, size, shape, site)
llvm::FunctionCallee copyFunction(llvm::Module &M);
/// Is this a pointer into a variable of the program, whatever happens?
bool isOwnObject(const llvm::Value *Pointer);

//===-- Asm.cpp ------------------------------------------------------------===

/// Operand number whose value an empty asm statement hands on, if it is one
/// (OPTIMIZER_HIDE_VAR, RELOC_HIDE).
std::optional<unsigned> identityOperand(const llvm::CallBase &Call);
/// Make casts of identities that convert between pointers and integers.
bool rewriteIdentities(llvm::Module &M);

/// Does it look at memory by way of a segment register (per-CPU data)?
bool readsSegment(const llvm::CallBase &Call);

/// Private-write mode: does \p Call hand over what it finds in memory?
bool handsOverMemory(const llvm::CallBase &Call);

struct Lowering;
/// Judge the pointers that inline assembly is given.
void lowerAsm(Lowering &L, llvm::CallBase &Call);

//===-- Private.cpp --------------------------------------------------------===

/// Record in \p M the mode that the command line asks for.
void chooseMode(llvm::Module &M);
/// Is this module compiled in private-write mode?
bool writesPrivately(const llvm::Module &M);

/// Is this a pointer into %gs or %fs?
bool isPerCPUSpace(const llvm::Value *Pointer);
/// Private-write mode: make faults of instructions that no program can run.
bool replaceImpossible(llvm::Function &F);
/// Take the types of functions that calls expect (clang's KCFI) out of the
/// back end's hands; later there is calledType().
void takeTypes(llvm::Function &F);
uint64_t calledType(const llvm::CallBase &Call);
uint64_t typeOf(const llvm::Function &F);

/// A fault with \p Text, if what comes next is reached.
void emitUnsupported(Lowering &L, llvm::Instruction &Before,
                     const llvm::Twine &Text);
/// A compile-time error; in private-write mode, a fault when it is reached.
void refuse(Lowering &L, llvm::Instruction &I, const llvm::Twine &Message);

/// A call of a function that is only declared: a fault if nobody defines it,
/// or if it is given the target's pointers but is not one to take them.
void guardCall(Lowering &L, llvm::CallBase &Call, llvm::Function &Callee);
/// An indirect call: to the program's own function of the name that the
/// target's has.
void mapCallee(Lowering &L, llvm::CallBase &Call);

//===-- Classify.cpp -------------------------------------------------------===

/// Where a pointer may point, or which pointers an integer is made of.
enum Origin : uint8_t {
  MayLocal = 1,    ///< this program's memory
  MayKernel = 2,   ///< the target; the value is the target's own bits
  MayRooted = 4,   ///< as good as certainly the target, but see Slots.cpp
  MayAnything = 8, ///< told apart when run
  NoOrigin = 16,   ///< integers only: made of no pointer
  FromTarget = 32, ///< integers only: made of what was read from the target
};
using Origins = uint8_t;

enum class Class {
  Local,   ///< never instrumented
  Kernel,  ///< always the target's; untagged
  Rooted,  ///< handled as Unknown; diagnosed as Kernel
  Unknown, ///< positive: local; else the target's
};

struct Classes {
  const llvm::DataLayout &DL;
  llvm::DenseMap<const llvm::Value *, Origins> Values;
  llvm::DenseMap<const llvm::Function *, Origins> Returns;
  /// Functions whose every call is visible.
  llvm::DenseMap<const llvm::Function *, bool> Closed;

  explicit Classes(const llvm::DataLayout &DL) : DL(DL) {}
  Origins origins(const llvm::Value *V) const;
  Class of(const llvm::Value *Pointer) const;
  bool isTracked(const llvm::Type *T) const;
};

Classes
classify(llvm::Module &M,
         llvm::function_ref<const llvm::TargetLibraryInfo &(llvm::Function &)>
             GetTLI);

/// The pointer that \p Pointer is an offset from: its sign tells where the
/// object is, whatever the offset.
llvm::Value *baseOf(llvm::Value *Pointer);

//===-- Libc.cpp -----------------------------------------------------------===

enum class LibcReturn { None, Arg0, Local };

/// Does libfathom have a version of this function for kernel pointers?
bool isWrapped(llvm::StringRef Name, LibcReturn *Return = nullptr);
/// Libfathom's own, which take any pointer.
bool isFathomFunction(llvm::StringRef Name);
/// Data of libc that is never the target's.
bool isLibcVariable(llvm::StringRef Name);

/// Handle an ordinary call: redirect, check, refuse, or note an escape.
void lowerCall(Lowering &L, llvm::CallBase &Call);

//===-- Outlines.cpp -------------------------------------------------------===

/// Where in an object an access is.
struct OutlinePlace {
  llvm::Constant *Outline; ///< struct fathom_outline, or NULL
  int64_t Offset;          ///< bytes from the object
};

struct ObjectGraph;

/// Of a map from instructions: forget one that is deleted, for another may get
/// its address.
struct ForgetDeleted : llvm::ValueMapConfig<const llvm::Instruction *> {
  enum { FollowRAUW = false };
};

/// What the program reads of the objects that its pointers lead to (struct
/// fathom_outline).
struct Outlines {
  Outlines(llvm::Module &M, const Classes &C);
  ~Outlines();
  OutlinePlace place(const llvm::Instruction &Access);

private:
  std::unique_ptr<ObjectGraph> Graph;
  /// Taken before the first load is rewritten: object and offset in it.
  llvm::ValueMap<const llvm::Instruction *, std::pair<unsigned, int64_t>,
                 ForgetDeleted>
      Places;
};

//===-- Sites.cpp ----------------------------------------------------------===

/// One of several accesses that a translation serves.
struct SitePart {
  const llvm::Instruction *At;
  uint64_t Offset, Size; ///< bytes, from the translated address
};

/// Constants that say where an access is (struct fathom_site).
struct Sites {
  llvm::Module &M;
  Outlines *TheOutlines; ///< NULL: sites tell none
  llvm::StructType *Type;
  uint32_t Flags; ///< FATHOM_SITE_*
  llvm::StringMap<llvm::Constant *> Strings;
  llvm::DenseMap<llvm::Constant *, llvm::Constant *> Known;

  explicit Sites(llvm::Module &M, Outlines *TheOutlines = nullptr);
  llvm::Constant *string(llvm::StringRef Text);
  /// \p Size 0: unknown.
  llvm::Constant *get(const llvm::Instruction &I, uint64_t Size);
  /// An array, for a translation that serves all of \p Parts.
  llvm::Constant *group(llvm::ArrayRef<SitePart> Parts);

private:
  llvm::Constant *value(const llvm::Instruction &I, uint64_t Size,
                        uint64_t Offset, uint64_t More);
};

//===-- Lower.cpp ----------------------------------------------------------===

/// A load that may be of the target's memory. All those of a function are
/// collected before the first is rewritten, so that a planner can serve
/// several with one translation.
struct Access {
  llvm::LoadInst *Load; ///< baseOf() its pointer changes as others are tagged
  Class Where;          ///< Kernel, Rooted or Unknown
  uint64_t Size;        ///< bytes
};

struct Lowering;

//===-- Objects.cpp --------------------------------------------------------===

/// Accesses that one translation serves, in the order of the program.
struct AccessGroup {
  llvm::Value *Anchor; ///< what all their addresses are constants away from
  int64_t Low, High;   ///< bytes from there that are accessed: [Low, High)
  llvm::SmallVector<Access, 4> Members;
  llvm::SmallVector<int64_t, 4> Offsets; ///< of the members, from the anchor
};

/// Put accesses to one object that surely run one after another together.
llvm::SmallVector<AccessGroup, 0>
groupAccesses(const Lowering &L, llvm::ArrayRef<Access> Accesses);

struct Escape {
  std::string Function;
  llvm::Constant *Site;
};

/// State of fathom-lower for one module.
struct Lowering {
  llvm::Module &M;
  const llvm::DataLayout &DL;
  Sites &TheSites;
  Classes &TheClasses;
  std::optional<TypeIndex> Types;               ///< made when it is asked for
  const llvm::TargetLibraryInfo *TLI = nullptr; ///< of the current function
  llvm::Value *TLB = nullptr; ///< of the current function and thread
  std::vector<Escape> Escapes;
  const bool PrivateWrites; ///< see Private.cpp
  bool Changed = false;
  bool MadeCopies = false; ///< turned a __fathom_copy back into a memcpy

  Lowering(llvm::Module &M, Sites &TheSites, Classes &TheClasses)
      : M(M), DL(M.getDataLayout()), TheSites(TheSites), TheClasses(TheClasses),
        PrivateWrites(writesPrivately(M)) {}
};

/// Lower all of one function; its origins have been computed.
void lowerFunction(Lowering &L, llvm::Function &F);

/// Of a write to where \p Base points (NULL: into the target): what is the
/// target's is written as the target would have it.
void writeUntagged(Lowering &L, llvm::Instruction &I, unsigned Operand,
                   llvm::Value *Base);

/// Tag the pointers in what \p Load has brought from memory that \p Base points
/// into (NULL: the target's).
void tagLoadedParts(Lowering &L, llvm::Instruction &Load, llvm::Value *Base);

/// \p V as code that knows nothing of its origin may see it.
llvm::Value *tagged(Lowering &L, llvm::Value *V, llvm::Instruction *Before);
/// Is \p V an argument that its (visible) callee takes as a kernel value?
bool passesKernelValue(const Lowering &L, const llvm::CallBase &Call,
                       unsigned Argument);

/// Fault unless \p Pointer (not certainly local) is local. \p AllowNull for
/// arguments that a callee may find to be NULL itself.
void emitLocalCheck(Lowering &L, llvm::Value *Pointer,
                    llvm::Instruction *Before, bool AllowNull);

/// Split the block before \p Before, so that the returned new block runs in
/// between, only if \p Condition, which is \p Unlikely.
llvm::Instruction *splitIfThen(llvm::Value *Condition,
                               llvm::Instruction *Before, bool Unlikely,
                               bool Returns = true);

//===-- Origins.cpp --------------------------------------------------------===

/// Make integers that become pointers obey the rule at the top: those made of
/// local pointers may be local, all others are tagged.
void lowerIntegers(Lowering &L, llvm::Function &F);
/// FATHOM_TAG and FATHOM_UNTAG of 64-bit integers.
llvm::Value *emitTag(llvm::IRBuilder<> &B, llvm::Value *Integer);
llvm::Value *emitUntag(llvm::IRBuilder<> &B, llvm::Value *Integer);

//===-- Masked.cpp ---------------------------------------------------------===

/// Make lane-wise code of a masked or gathering access through a pointer that
/// may be the target's. Before classification.
bool scalariseMasked(llvm::IntrinsicInst &Call);

//===-- Translate.cpp ------------------------------------------------------===

/// A local pointer to \p Size bytes at \p Pointer, inserted before \p Before.
/// \p Base: NULL if \p Pointer is certainly the target's. This is the only
/// place that knows the read path.
llvm::Value *emitTranslation(Lowering &L, llvm::Instruction *Before,
                             llvm::Value *Pointer, llvm::Value *Base,
                             uint64_t Size, llvm::Constant *Site,
                             bool ForWrite = false);

//===-- Spans.cpp ----------------------------------------------------------===

/// Let counted loops that read the target at a constant stride get all of it
/// with one translation. The origins \p C are out of date if anything changed.
bool spanLoops(llvm::Function &F, llvm::FunctionAnalysisManager &FAM,
               const Classes &C);

//===-- Loops.cpp ----------------------------------------------------------===

/// Limit loops that end only when the target's memory says so.
void limitLoops(Lowering &L, llvm::Function &F,
                llvm::FunctionAnalysisManager &FAM);

//===-- Record.cpp ---------------------------------------------------------===

/// struct fathom_module and the constructor that hands it to the runtime.
void emitRecord(Lowering &L);

} // namespace fathom

#endif // FATHOM_PASS_FATHOM_H
