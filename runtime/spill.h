/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Files without a name, for pages of the view that do not fit into memory.
 */
#ifndef FATHOM_SPILL_H
#define FATHOM_SPILL_H

#include <stdbool.h>
#include <stdint.h>

struct fathom_error;

/**
 * An empty one in TMPDIR or, for much may go there, in /var/tmp.
 *
 * @param[out] ret A descriptor, closed by the caller.
 */
struct fathom_error *fathom_spill_open(int *ret);

/** Whether @p size more bytes have room where it is. */
bool fathom_spill_has_room(int file, uint64_t size);

#endif /* FATHOM_SPILL_H */
