/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Which numbers could be pointers into this process, now or later.
 */
#ifndef FATHOM_LOCAL_RANGES_H
#define FATHOM_LOCAL_RANGES_H

#include <stdbool.h>
#include <stdint.h>

/**
 * Whether @p value lies where this process has mappings, or will have when it
 * maps more: a stale answer must be a safe one. So it is taken from where the
 * kernel puts mappings, not from a snapshot of them:
 *
 * - around the program and its heap, up to 64 GiB above what is mapped there
 *   (1 GiB for a program linked to a fixed low address, as small numbers are
 *   common data);
 * - from 8 TiB below the lowest mapping of the mmap area up to the end of
 *   user addresses, as that area grows downwards;
 * - and around anything mapped elsewhere by hand, up to 64 GiB to both sides.
 *
 * Until fathom_local_ranges_learn() has been called, and if the mappings
 * cannot be read, every lower-half number is one.
 */
bool fathom_may_be_local(uint64_t value);

/** Whether @p memory is in a mapping that is known, so that all near it are. */
bool fathom_local_ranges_cover(const void *memory);

/** Look at the mappings: at start-up and whenever a library is loaded. */
void fathom_local_ranges_learn(void);

#endif /* FATHOM_LOCAL_RANGES_H */
