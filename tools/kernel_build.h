/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * What is built of a kernel's own source, once for each release: the program
 * behind `fathom proc`, and the functions that fathom-cc links into an IDS.
 */
#ifndef FATHOM_TOOLS_KERNEL_BUILD_H
#define FATHOM_TOOLS_KERNEL_BUILD_H

#include <stdbool.h>

struct fathom_error;
struct fathom_headers;
struct installation;

/**
 * Path of the program, built first if it is not there or not of what Fathom is
 * made of now. To be freed.
 *
 * @param[in] source The kernel's source tree; NULL: that of Debian's source
 * package, fetched if it has to be built.
 */
struct fathom_error *
kernel_build_program(const struct installation *installation,
		     const struct fathom_headers *headers, const char *source,
		     char **ret);

/**
 * Path of the functions' object, to be freed; NULL if it is not built. Never
 * builds it.
 *
 * @param[in] source As it was built with.
 */
struct fathom_error *
kernel_build_functions(const struct installation *installation,
		       const struct fathom_headers *headers, const char *source,
		       char **ret);

/** Is @p name one of the functions in @p object, which has such a path? */
bool kernel_build_has(const char *object, const char *name);

#endif /* FATHOM_TOOLS_KERNEL_BUILD_H */
