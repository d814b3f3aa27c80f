/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * What compiled IDS programs and libfathom agree on.
 *
 * The pass emits code and data of exactly this shape; the runtime consumes
 * it. Whoever changes anything here raises FATHOM_ABI_VERSION, which every
 * compiled module carries and the runtime checks at start-up. Valid C and
 * C++, needs no other header of ours and no libc.
 */
#ifndef FATHOM_ABI_H
#define FATHOM_ABI_H

#ifdef __KERNEL__
#include <linux/types.h>
typedef u64 fathom_u64;
typedef u32 fathom_u32;
typedef u16 fathom_u16;
#else
#include <stdint.h>
typedef uint64_t fathom_u64;
typedef uint32_t fathom_u32;
typedef uint16_t fathom_u16;
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define FATHOM_ABI_VERSION 4

/* Unit of the view: the smallest page of x86-64 (SDM vol. 3A, 4.5). */
#define FATHOM_PAGE_SHIFT 12
#define FATHOM_PAGE_SIZE  (1ULL << FATHOM_PAGE_SHIFT)

/*
 * The per-thread translation look-aside buffer: direct mapped, indexed by
 * (address >> FATHOM_PAGE_SHIFT) & FATHOM_TLB_MASK. 32768 entries (512 KiB for
 * each thread) cover 128 MiB: the task_structs of 10,000 processes.
 */
#define FATHOM_TLB_BITS	   15
#define FATHOM_TLB_ENTRIES (1ULL << FATHOM_TLB_BITS)
#define FATHOM_TLB_MASK	   (FATHOM_TLB_ENTRIES - 1)

/* No page starts at an odd address: an entry with this tag never hits. */
#define FATHOM_TLB_EMPTY 1ULL

/**
 * One translation: `local = address + addend` for every address of the page
 * whose first address is `tag`.
 */
struct fathom_tlb_entry {
	fathom_u64 tag;
	fathom_u64 addend;
};

/*
 * A load of `size` bytes at kernel address `addr` hits when
 *   tlb[(addr >> 12) & MASK].tag == ((addr + size - 1) & ~4095)
 * which also rules out an access that crosses into the next page.
 */

/*
 * What the program reads of the objects that a pointer leads to, so that a
 * page that is missing brings what will be missed next. All of it is only
 * advice: what is wrong in it costs time. Offsets are from the object, a place
 * that all pointers with this outline are constants away from.
 */
struct fathom_outline_piece {
	int offset;
	fathom_u32 size; /* bytes, 1..FATHOM_PAGE_SIZE */
};

/** A pointer in the object to another: that is at the pointer - delta. */
struct fathom_outline_link {
	struct fathom_outline *to;
	int offset;
	int delta;
	/*
	 * FATHOM_OUTLINE_USER: the pointer is of the address space whose top
	 * page table is at the pointer that lies at `root`.
	 */
	int root;
	fathom_u32 flags; /* FATHOM_OUTLINE_* */
};
#define FATHOM_OUTLINE_USER (1U << 0)

struct fathom_outline {
	const struct fathom_outline_piece *pieces;
	const struct fathom_outline_link *links;
	fathom_u32 piece_count;
	fathom_u32 link_count;
	fathom_u32 window; /* the runtime's: pages to ask for next */
	fathom_u32 reserved;
};

/**
 * Where in the author's source a translation comes from. Constant; read only
 * when something went wrong.
 *
 * When the pass serves several accesses with one translation, their sites
 * are adjacent in an array: the first one has `more` = number of those that
 * follow, and each says which bytes it stands for. The runtime then blames
 * the first one whose bytes cannot be had.
 */
struct fathom_site {
	const char *file;	/* as in the debug info; NULL without -g */
	const char *expression; /* "task_struct.comm"; NULL if unknown */
	fathom_u32 line;	/* 0 if unknown */
	fathom_u16 column;
	fathom_u16 flags;  /* FATHOM_SITE_* */
	fathom_u32 offset; /* of the access, from the translated address */
	fathom_u32 size;   /* of the access, bytes */
	fathom_u32 more;   /* sites that follow in the same translation */
	/* The access is `outline_offset` bytes into an object of this kind. */
	int outline_offset;
	struct fathom_outline *outline; /* NULL if there is nothing to tell */
};
/* Writes to the target's memory go to the view (private-write mode). */
#define FATHOM_SITE_PRIVATE_WRITES (1U << 0)

/**
 * A name that may belong to the target: an extern variable, or a function
 * whose address is taken. `local` is a weak reference: when the program or
 * one of its libraries defines the name, it is theirs and `*slot` becomes
 * that address; otherwise the runtime puts the target's address there. So it
 * does if what defines it is a function of the kernel's, compiled in
 * private-write mode: to others, its address is what the target's tables have.
 */
struct fathom_symbol {
	const char *name;
	const void *local;
	fathom_u64 *slot;
	const struct fathom_site *site; /* first use; may be NULL */
	fathom_u64 flags;		/* FATHOM_SYMBOL_* */
};
/* Declared weak by the author: address 0 when the kernel lacks it. */
#define FATHOM_SYMBOL_OPTIONAL (1ULL << 0)
#define FATHOM_SYMBOL_FUNCTION (1ULL << 1)
/* Of a module in private-write mode: if nobody has it, its use is a fault. */
#define FATHOM_SYMBOL_LAZY (1ULL << 2)

/**
 * A pointer inside static data whose initialiser names such a symbol: the
 * runtime stores *slot + addend to *where.
 */
struct fathom_relocation {
	fathom_u64 *where;
	const fathom_u64 *slot;
	fathom_u64 addend;
};

/**
 * A member the program was compiled to find at a place. Checked against the
 * target's own BTF when the target is not the release of the headers.
 */
struct fathom_layout {
	const char *type;      /* "task_struct" (tag of a struct or union) */
	const char *member;    /* "comm", "se.vruntime" */
	fathom_u32 bit_offset; /* from the start of the type */
	fathom_u32 bit_size;
};

/**
 * A call that hands a kernel pointer to a function of another translation
 * unit. `aware` is a weak reference to the marker that the pass emits next
 * to every function it compiles (FATHOM_AWARE_PREFIX + function name); NULL
 * at start-up means the callee would dereference the pointer as its own.
 */
struct fathom_escape {
	const char *function;
	const void *aware;
	const struct fathom_site *site;
};
#define FATHOM_AWARE_PREFIX "__fathom_aware."

/**
 * A function of a module in private-write mode. Where a pointer of the target
 * leads to the target's function of this name, this one is called.
 */
struct fathom_function {
	const char *name;
	const void *local;
	fathom_u64 type; /* clang's KCFI type; 0 if unknown */
};

/** Everything of one linked object (program or library) or one TU of it. */
struct fathom_module {
	fathom_u32 abi_version;
	fathom_u32 flags;	    /* FATHOM_MODULE_* */
	const char *kernel_release; /* of the headers; NULL if none were used */
	const struct fathom_symbol *symbols;
	fathom_u64 symbol_count;
	const struct fathom_relocation *relocations;
	fathom_u64 relocation_count;
	const struct fathom_layout *layouts;
	fathom_u64 layout_count;
	const struct fathom_escape *escapes;
	fathom_u64 escape_count;
	const struct fathom_function *functions;
	fathom_u64 function_count;
};
/* Compiled to write to the view's copy of the target's memory. */
#define FATHOM_MODULE_PRIVATE_WRITES (1U << 0)

/* fathom-cc's compat header defines this char array in every TU. */
#define FATHOM_KERNEL_RELEASE_SYMBOL "__fathom_kernel_release"

/*
 * A module that defines this is a source file of the kernel's own: the
 * variables that it defines are the target's, not the program's.
 */
#define FATHOM_TARGET_DATA_SYMBOL "__fathom_target_data"

/*
 * How the bytes of a struct copied out of the target are to be treated, one
 * character for each 8-byte word (FATHOM_SHAPE_*). A NULL shape means that
 * the type is unknown: every word is FATHOM_SHAPE_MAYBE.
 */
#define FATHOM_SHAPE_DATA    '.' /* never a pointer: copied as it is */
#define FATHOM_SHAPE_POINTER 'p' /* a pointer: tagged if lower half */
#define FATHOM_SHAPE_MAYBE   '?' /* tagged only if it would hit our memory */

/*
 * Libc functions that understand kernel pointers. A call of NAME with an
 * argument that is not certainly local becomes a call of __fathom_NAME with
 * a `const struct fathom_site *` put before its arguments. RET tells what a
 * returned pointer is: ARG0 (points into the first argument's object, for
 * strchr and the like), LOCAL, or NONE (no pointer).
 */
#define FATHOM_LIBC_FUNCTIONS(X) \
	X(memcpy, ARG0)          \
	X(memmove, ARG0)         \
	X(mempcpy, ARG0)         \
	X(memset, ARG0)          \
	X(memcmp, NONE)          \
	X(bcmp, NONE)            \
	X(memchr, ARG0)          \
	X(memrchr, ARG0)         \
	X(memmem, ARG0)          \
	X(strlen, NONE)          \
	X(strnlen, NONE)         \
	X(strcmp, NONE)          \
	X(strncmp, NONE)         \
	X(strcasecmp, NONE)      \
	X(strncasecmp, NONE)     \
	X(strcpy, ARG0)          \
	X(strncpy, ARG0)         \
	X(stpcpy, ARG0)          \
	X(stpncpy, ARG0)         \
	X(strlcpy, NONE)         \
	X(strscpy, NONE)         \
	X(strcat, ARG0)          \
	X(strncat, ARG0)         \
	X(strchr, ARG0)          \
	X(strrchr, ARG0)         \
	X(strchrnul, ARG0)       \
	X(strstr, ARG0)          \
	X(strcasestr, ARG0)      \
	X(strpbrk, ARG0)         \
	X(strspn, NONE)          \
	X(strcspn, NONE)         \
	X(strdup, LOCAL)         \
	X(strndup, LOCAL)        \
	X(atoi, NONE)            \
	X(atol, NONE)            \
	X(strtol, NONE)          \
	X(strtoul, NONE)         \
	X(strtoll, NONE)         \
	X(strtoull, NONE)        \
	X(printf, NONE)          \
	X(fprintf, NONE)         \
	X(dprintf, NONE)         \
	X(sprintf, NONE)         \
	X(snprintf, NONE)        \
	X(asprintf, NONE)        \
	X(vprintf, NONE)         \
	X(vfprintf, NONE)        \
	X(vdprintf, NONE)        \
	X(vsprintf, NONE)        \
	X(vsnprintf, NONE)       \
	X(vasprintf, NONE)       \
	X(puts, NONE)            \
	X(fputs, NONE)           \
	X(fwrite, NONE)          \
	X(write, NONE)           \
	X(perror, NONE)

/*
 * What the runtime exports for emitted code. The pass declares these by
 * name; their C prototypes are here so that both sides are compiled against
 * one text.
 */
#ifndef FATHOM_ABI_TYPES_ONLY

extern __thread struct fathom_tlb_entry __fathom_tlb[FATHOM_TLB_ENTRIES]
	__attribute__((tls_model("initial-exec")));

/** Called from a constructor of every module, before any other of its code. */
void __fathom_register(const struct fathom_module *module);

/**
 * The slow path. Returns a local pointer to @p size contiguous bytes that
 * hold the target's memory at @p addr, good until the end of the epoch, or
 * raises a fault (and does not return).
 */
const void *__fathom_translate(fathom_u64 addr, fathom_u64 size,
			       const struct fathom_site *site);

/**
 * The same for a write of a module in private-write mode: the bytes are the
 * view's, gone with the epoch. Asked before each write, so that it can be taken
 * back: no write goes by the TLB. They must lie in one aligned gigabyte, as any
 * aligned object does; otherwise a fault.
 */
void *__fathom_translate_write(fathom_u64 addr, fathom_u64 size,
			       const struct fathom_site *site);

/**
 * An indirect call in private-write mode: the program's function that is meant
 * by @p ptr. A local pointer passes unchanged; for one into the target it is
 * the function of the same name and @p type; if the program has none, or
 * several that could be meant, a fault.
 */
const void *__fathom_callee(const void *ptr, fathom_u64 type,
			    const struct fathom_site *site);

/**
 * A program may define this: which function of one of the target's modules
 * begins at @p address? libfathom knows the symbols of the kernel itself only.
 *
 * @param[out] name As the kernel prints it, "function [module]", terminated;
 * room for @p size bytes.
 * @return 0 if there is none.
 */
int __fathom_module_function(fathom_u64 address, char *name, unsigned long size)
	__attribute__((weak));

/**
 * A program may define this, too: fathom_refresh() has ended an epoch, and what
 * was made for it can go.
 */
void __fathom_refreshed(void) __attribute__((weak));

/**
 * Raise a fault: in private-write mode, code has been reached that does what
 * is possible in the kernel only. @p text says what, and lives on.
 */
void __fathom_unsupported(const char *text, const struct fathom_site *site)
	__attribute__((noreturn));

/**
 * For a loop that makes accesses of @p size bytes at @p start,
 * start + stride, ... start + backedges * stride, all computed from pointer
 * @p base: have them all at once, so that the loop needs no translations.
 *
 * @return A local pointer that stands for @p start (which it is already when
 * @p base is local); NULL if any byte cannot be had, or it is not worth it:
 * then the loop translates each access, and faults where it must. Never
 * faults by itself.
 */
void *__fathom_span(fathom_u64 base, fathom_u64 start, fathom_u64 backedges,
		    long long stride, fathom_u64 size);

/**
 * Copy a struct or memory block; either side may be local or the target's (the
 * destination only if @p site says so). Words for local memory are tagged as @p
 * shape says (NULL: unknown).
 */
void __fathom_copy(void *dst, const void *src, fathom_u64 size,
		   const char *shape, const struct fathom_site *site);

/**
 * A number read from the target is about to be stored where the program may
 * read it back as a pointer (a union with one): tagged if it could be one into
 * this process, otherwise as it is.
 */
fathom_u64 __fathom_keep(fathom_u64 value);

/**
 * A pointer of unknown origin is about to be stored through, or handed to a
 * function that cannot take kernel pointers: fault if it is not local. NULL
 * is not.
 */
void __fathom_check_local(const void *ptr, const struct fathom_site *site);

/**
 * Iterations that a loop which follows pointers through the target's memory
 * may make; the pass counts them in a register and calls
 * __fathom_loop_exceeded, which raises a fault, when they are used up.
 */
extern fathom_u64 __fathom_loop_limit;
void __fathom_loop_exceeded(const struct fathom_site *site);

#endif /* FATHOM_ABI_TYPES_ONLY */

/*
 * Tagging. A pointer-typed value read from the target whose sign bit is clear
 * (and which is not NULL) gets bit 63 set before it can mix with local
 * pointers, so that the sign test always sends it to the slow path, which
 * refuses it. Kernel addresses have bits 63..56 all ones even with 5-level
 * paging, so canonical lower-half values are recovered exactly.
 */
#define FATHOM_TAG_BIT	    (1ULL << 63)
#define FATHOM_IS_TAGGED(v) (((fathom_u64)(v) >> 56) == 0x80)
#define FATHOM_TAG(v)                                          \
	((long long)(v) > 0 ? (fathom_u64)(v) | FATHOM_TAG_BIT \
			    : (fathom_u64)(v))
#define FATHOM_UNTAG(v)                                          \
	(FATHOM_IS_TAGGED(v) ? (fathom_u64)(v) & ~FATHOM_TAG_BIT \
			     : (fathom_u64)(v))

#ifdef __cplusplus
}
#endif

#endif /* FATHOM_ABI_H */
