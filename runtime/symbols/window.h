/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The piece of physical memory around kallsyms' token table that should hold
 * all the other tables.
 */
#ifndef FATHOM_RUNTIME_WINDOW_H
#define FATHOM_RUNTIME_WINDOW_H

#include <stddef.h>
#include <stdint.h>

#include <fathom/error.h>

struct fathom_client;

/* The first step does for today's kernels, the last for any. */
#define FATHOM_WINDOW_STEPS 2u

struct fathom_window {
	uint8_t *data;
	size_t size;
	uint64_t start; /* physical, a multiple of 4 KiB */
};

/**
 * Read what lies around @p digits, but inside [@p low, @p high).
 *
 * @param[in] step 0, 1 ... FATHOM_WINDOW_STEPS - 1: more and more of it.
 * @param[out] ret Released by @ref fathom_window_release().
 */
struct fathom_error *fathom_window_read(struct fathom_client *client,
					uint64_t digits, unsigned int step,
					uint64_t low, uint64_t high,
					struct fathom_window *ret);

void fathom_window_release(struct fathom_window *window);

#endif /* FATHOM_RUNTIME_WINDOW_H */
