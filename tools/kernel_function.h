/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Whether a name is one of the kernel's functions.
 */
#ifndef FATHOM_TOOLS_KERNEL_FUNCTION_H
#define FATHOM_TOOLS_KERNEL_FUNCTION_H

#include <stdbool.h>

struct fathom_headers;

/**
 * Whether the kernel headers declare, or at least use, a function @p name in
 * include/ or arch/x86/include/. Reads thousands of files: for error messages.
 */
bool kernel_function_exists(const struct fathom_headers *headers,
			    const char *name);

#endif /* FATHOM_TOOLS_KERNEL_FUNCTION_H */
