/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * For stand-ins of the kernel's own functions, which take pointers of either
 * kind as the kernel's do. Their prototypes are in the kernel's headers, which
 * cannot be included beside libc's.
 */
#ifndef FATHOM_KERNEL_STAND_IN_H
#define FATHOM_KERNEL_STAND_IN_H

#include <string.h>

#include "access.h"

/**
 * Tell programs at start-up that @p name may be given kernel pointers (struct
 * fathom_escape in abi.h), and the compiler that it is meant to be global.
 */
#define FATHOM_STAND_IN(name)                          \
	extern const char fathom_aware_##name __asm__( \
		"__fathom_aware." #name);              \
	const char fathom_aware_##name = 1;            \
	__typeof__(name) name

/**
 * The pointer at @p where, without the bits of @p flags that the kernel keeps
 * in it. What the target says is none of ours.
 */
static inline void *fathom_load_pointer(const void *where, uint64_t flags)
{
	uint64_t value;

	/* Hostile addresses need not be aligned. */
	memcpy(&value, fathom_access(where, sizeof(value), NULL),
	       sizeof(value));
	value &= ~flags;
	if (!fathom_is_local(where))
		value = FATHOM_TAG(value);
	return (void *)(uintptr_t)value;
}

#endif /* FATHOM_KERNEL_STAND_IN_H */
