/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Fetching what will be missed next: objects that an outline (abi.h) says the
 * program will come to, in one call of the agent.
 */
#ifndef FATHOM_PREFETCH_H
#define FATHOM_PREFETCH_H

#include <stdint.h>

#include <fathom/abi.h>

struct fathom_view;

/** Most pages that one call asks for, unless FATHOM_PREFETCH says otherwise. */
#define FATHOM_PREFETCH_PAGES 256u

/**
 * Bring pages of the object at @p object and of those it leads to. Asks for few
 * when an outline is used for the first time, and for more from time to time:
 * a program may stop at the first object.
 *
 * Only tries: what failed is found out by whoever needs the page. For callers
 * between fathom_thread_enter() and fathom_thread_leave().
 *
 * @param[in] space The kernel's, with its levels (wire.h).
 * @param[in] max_pages Most pages to ask for; 0 does nothing.
 */
void fathom_prefetch(struct fathom_view *view, uint64_t space, uint64_t object,
		     struct fathom_outline *outline, uint32_t max_pages);

#endif /* FATHOM_PREFETCH_H */
