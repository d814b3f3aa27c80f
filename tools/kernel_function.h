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
 * Whether the kernel of @p headers exports @p name to modules
 * (Module.symvers), or its include/ or arch/x86/include/ declare a function of
 * that name. Reads thousands of files in the second case: for error messages.
 */
bool kernel_function_exists(const struct fathom_headers *headers,
			    const char *name);

#endif /* FATHOM_TOOLS_KERNEL_FUNCTION_H */
