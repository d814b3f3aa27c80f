/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Included before every file of the kernel's own source, after Fathom's
 * prelude: what makes a kernel's source file fit to be part of a program.
 */
#pragma GCC system_header

#ifndef FATHOM_KERNEL_SOURCE_H
#define FATHOM_KERNEL_SOURCE_H

/* FATHOM_TARGET_DATA_SYMBOL of abi.h. */
static const char __fathom_target_data[] __attribute__((used)) = "";

/* Events are traced by nobody here. */
#define NOTRACE

/* Exports are entries of sections that a module loader reads. */
#define __DISABLE_EXPORTS

/*
 * What the kernel has under the names of libc, and what it prints differently:
 * libc's own must stay what they are to the rest of the program.
 */
#define bprintf	   kernel_bprintf
#define scnprintf  kernel_scnprintf
#define snprintf   kernel_snprintf
#define sprintf	   kernel_sprintf
#define sscanf	   kernel_sscanf
#define vscnprintf kernel_vscnprintf
#define vsnprintf  kernel_vsnprintf
#define vsprintf   kernel_vsprintf
#define vsscanf	   kernel_vsscanf

#include <linux/init.h>

/* Locks are not taken here, and nobody shall complain of that. */
#include <linux/bug.h>
#include <linux/err.h>
#include <linux/spinlock.h>
#pragma push_macro("WARN_ON")
#undef WARN_ON
#define WARN_ON(condition) ((void)(condition))
#include <linux/rwsem.h>
#pragma pop_macro("WARN_ON")

/*
 * What prints without a bound has one here: what is known of the room at @to.
 * The target's strings are as long as it wants them.
 */
#include <linux/kernel.h>
#define kernel_sprintf(to, ...)                                         \
	kernel_scnprintf(to, source_room(__builtin_object_size(to, 0)), \
			 __VA_ARGS__)

static inline size_t source_room(size_t known)
{
	return known < PAGE_SIZE ? known : PAGE_SIZE;
}

/* Nor do divisions take as many steps as a hostile clock has nanoseconds. */
#include <linux/math64.h>
#define __iter_div_u64_rem source_div_u64_rem

static inline u32 source_div_u64_rem(u64 dividend, u32 divisor, u64 *remainder)
{
	*remainder = dividend % divisor;
	return (u32)(dividend / divisor);
}

/*
 * Nobody calls them here, but the tables that they register have functions to
 * which the target's pointers lead.
 */
#undef ___define_initcall
#define ___define_initcall(fn, id, section) \
	static const initcall_t __initcall_##fn __attribute__((used)) = fn;
#undef __setup_param
#define __setup_param(text, id, fn, early) struct __fathom_unused;
#undef __exitcall
#define __exitcall(fn) struct __fathom_unused;

#endif /* FATHOM_KERNEL_SOURCE_H */
