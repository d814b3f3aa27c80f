/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Private writes that can be taken back: from fathom_mark_writes() on, a page
 * is kept as it was before its first write, until fathom_discard_writes(). Both
 * are in <fathom/ids.h>. Each thread has marks, and takes back writes, of its
 * own.
 */
#ifndef FATHOM_UNDO_H
#define FATHOM_UNDO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Where the @p size bytes at @p address of the target are, if they are in one
 * page that has been kept since the mark; NULL if that is not known.
 */
void *fathom_undo_find(uint64_t address, uint64_t size);

/**
 * Bytes of the view are about to be written: keep their pages, if there is a
 * mark.
 *
 * @return False if there is no memory for that, or they are too many.
 */
bool fathom_undo_keep(uint64_t address, void *local, uint64_t size);

/** What fathom_undo_find() knows is old: of all threads. A signal handler may.
 */
void fathom_undo_forget(void);

/** This thread ends. */
void fathom_undo_thread_end(void);

#endif /* FATHOM_UNDO_H */
