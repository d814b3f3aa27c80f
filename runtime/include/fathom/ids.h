/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * What an IDS program includes: libc, as far as it can be had beside the
 * kernel's headers, and Fathom's own few functions. May stand before or after
 * the kernel's headers.
 *
 * The host's <stdio.h> and the like declare types that the kernel declares,
 * too, and differently. fathom-cc therefore finds small headers of these names
 * that lead here. See docs/writing-an-ids.md.
 */
#ifndef FATHOM_IDS_H
#define FATHOM_IDS_H

#ifdef __KERNEL__
#include <linux/types.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/errno.h>
#include "libc.h"
#else
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#endif

#include "abi.h"
#include "fault.h"
#include "report.h"

/**
 * A pointer into the target, whatever the compiler can see of its origin:
 * `struct page __fathom_kernel *p`. Only needed where integers become
 * pointers in ways that dataflow does not show; conversions need a cast.
 */
#define __fathom_kernel __attribute__((address_space(1)))

/**
 * Say that an integer which became a pointer is an address of this program,
 * where it would be taken for the target's: `fathom_local((char *)number)`.
 */
#define fathom_local(ptr) \
	((__typeof__(ptr))__fathom_local((unsigned long)(ptr)))

/* Faults if it cannot be one. Opaque to the compiler on purpose. */
void *__fathom_local(unsigned long address);

/** Forget the cached picture: from here on the target is seen as it is now. */
void fathom_refresh(void);

/**
 * Name of the kernel's symbol at exactly @p address, as in kallsyms.
 *
 * @param[in] address A pointer to a function or variable, or an integer.
 * @return A string that stays valid; NULL if no symbol starts there.
 */
#define fathom_symbol_name(address) \
	__fathom_symbol_name((unsigned long)(address))
const char *__fathom_symbol_name(unsigned long address);

/**
 * Address of the kernel's symbol @p name, which need not be declared, nor
 * have external linkage; 0 if there is none. Of several, the lowest.
 */
unsigned long fathom_symbol_value(const char *name);

/**
 * Read memory of a process, or of any page table.
 *
 * What is not there (never touched, swapped out, not mapped) is nothing
 * unusual in a process and raises no fault.
 *
 * @param[in] root Physical address of the top-level page table.
 * @param[in] address Virtual address there.
 * @param[out] buffer Room for @p size bytes, local.
 * @return Bytes read before the first that cannot be: 0 to @p size.
 */
size_t fathom_read_space(unsigned long root, unsigned long address,
			 void *buffer, size_t size);

/**
 * What reads the target when this thread has used up so much more CPU time is
 * a fault. Loops are bounded each (`fathom run --loop-limit`), but one in
 * another, over lists that a hostile kernel has made, takes their product.
 *
 * @param[in] milliseconds From now on, and up to an eighth more: to ask for the
 * same limit again and again is cheap. 0 for no limit. Uses SIGVTALRM.
 */
void fathom_limit_time(unsigned int milliseconds);

/**
 * From now on, a crash of the program's own code (an invalid pointer, a
 * division that cannot be done, an exhausted stack) inside fathom_try is a
 * fault, as if it were the target's. A crash in a library, libfathom and libc
 * among them, still ends the program: it may have left locks taken. For
 * programs whose code is not theirs, as the kernel's source is.
 */
void fathom_catch_crashes(void);

/**
 * In private-write mode: from now on, what this thread writes to the view can
 * be taken back by fathom_discard_writes(). What a mark before was good for is
 * not. Until then, 64 MiB of pages can be written.
 */
void fathom_mark_writes(void);

/**
 * Take back what this thread has written to the view's pages since the mark,
 * such as the locks that a fault has left taken, and the mark with it. On these
 * pages, what other threads have written since is lost, too.
 */
void fathom_discard_writes(void);

#ifdef __KERNEL__
#include <asm/page.h>

/**
 * Read the memory of a process: fathom_read_space() through its page tables.
 *
 * @param[in] mm The process's `struct mm_struct *`, not NULL
 * (<linux/mm_types.h>).
 */
#define fathom_read_user(mm, address, buffer, size)                            \
	fathom_read_space(__pa((mm)->pgd), (unsigned long)(address), (buffer), \
			  (size))
#endif

#endif /* FATHOM_IDS_H */
