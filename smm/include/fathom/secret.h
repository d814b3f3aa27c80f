/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Memory for what nobody else may see: pages of memfd_secret(2), which the
 * kernel takes out of its own map of memory, and so can neither be read through
 * /proc/PID/mem or ptrace, nor be swapped out, nor dumped.
 */
#ifndef FATHOM_SECRET_H
#define FATHOM_SECRET_H

#include <stdbool.h>
#include <stddef.h>

struct fathom_error;

/**
 * From now on secrets, and all memory of libcrypto, are in such pages. To be
 * called once, before libcrypto is used for the first time.
 *
 * @param[out] available false when the kernel has no memfd_secret: it was
 * built or booted without (secretmem.enable=1). Nothing changes then.
 */
struct fathom_error *fathom_secret_start(bool *available);

/** Whether fathom_secret_start() was called, with success. */
bool fathom_secret_active(void);

/**
 * A file of secret pages, as large as @p size once they are mapped
 * (MAP_SHARED). What is mapped counts against RLIMIT_MEMLOCK.
 *
 * @return A descriptor, or -1 with errno set.
 */
int fathom_secret_file(size_t size);

/** Zeroed memory: secret pages if active, else from calloc(); NULL if none. */
void *fathom_secret_alloc(size_t size);

/** Wipe and free; @p size as it was asked for. NULL does nothing. */
void fathom_secret_free(void *secret, size_t size);

/**
 * Overwrite the stack below the caller's frame, where functions that have
 * returned kept their variables and registers, if secrets are to be kept.
 */
void fathom_secret_wipe_stack(void);

#endif /* FATHOM_SECRET_H */
