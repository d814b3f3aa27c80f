/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Finding the target's kernel with zero configuration.
 */
#ifndef FATHOM_RUNTIME_LOCATE_H
#define FATHOM_RUNTIME_LOCATE_H

#include <fathom/error.h>

#include "identify.h"

struct fathom_symbols_options;

/**
 * Find the kernel and its symbols.
 *
 * With registers, the page tables in force say where an image is mapped, and
 * the system-call and interrupt entry points which image is the kernel's. The
 * rest lies in the image; VMCOREINFO elsewhere in RAM is the second source.
 * Without registers, VMCOREINFO comes first, for it names the page tables.
 *
 * @param[out] ret Released by @ref fathom_kernel_release().
 * @return FATHOM_ERROR_TARGET if there is no kernel to be found, with the
 * reason why the last attempt failed.
 */
struct fathom_error *fathom_locate(struct fathom_client *client,
				   const struct fathom_symbols_options *options,
				   struct fathom_kernel *ret);

#endif /* FATHOM_RUNTIME_LOCATE_H */
