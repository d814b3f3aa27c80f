/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Allocation for short-lived programs: when memory is short they say so and
 * end with the status that stands for a failure of the tool itself.
 */
#ifndef FATHOM_TOOLS_MEMORY_H
#define FATHOM_TOOLS_MEMORY_H

#include <stdarg.h>
#include <stddef.h>

/** reallocarray(3) that does not fail. */
void *xreallocarray(void *old, size_t count, size_t size);

/** asprintf(3) that does not fail; the caller frees the result. */
char *xformat(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** vasprintf(3) that does not fail; the caller frees the result. */
char *xvformat(const char *format, va_list arguments)
	__attribute__((format(printf, 1, 0)));

#endif /* FATHOM_TOOLS_MEMORY_H */
