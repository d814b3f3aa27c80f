/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * How the parts of libfathom that stand in for libc reach memory through a
 * pointer that may be the program's own or the target's. Not installed.
 *
 * Everything here raises a fault (fault.h) instead of returning an error, so
 * callers hold no lock and own no memory while they call.
 */
#ifndef FATHOM_ACCESS_H
#define FATHOM_ACCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <fathom/abi.h>

/**
 * Whether @p ptr points into this process: the lower half of the address
 * space, NULL not included. The target's own lower-half values never get
 * here untagged (abi.h, "Tagging").
 */
static inline bool fathom_is_local(const void *ptr)
{
	return (intptr_t)ptr > 0;
}

/** The value as the target knows it, for printing. */
static inline const void *fathom_untag(const void *ptr)
{
	return (const void *)(uintptr_t)FATHOM_UNTAG((uintptr_t)ptr);
}

/**
 * A readable local pointer to the @p size bytes at @p ptr.
 *
 * A local pointer passes unchanged, and so does any pointer when @p size is
 * 0; one into the target is translated, contiguously whatever pages it
 * crosses; anything else (NULL, tagged, unmapped) faults.
 */
const void *fathom_access(const void *ptr, size_t size,
			  const struct fathom_site *site);

/**
 * The longest run of readable bytes that starts at @p ptr, is contiguous in
 * local memory and not longer than @p max. Faults only when not even the
 * first byte can be read. Fetches no page that the @p max bytes do not touch.
 *
 * For strings, ask for what is left of the page:
 * `fathom_access_run(p, fathom_page_rest(p), &length, site)`.
 *
 * @param[in] max At least 1. A local pointer gets all of it.
 * @param[out] length Bytes of the run, 1..max.
 */
const void *fathom_access_run(const void *ptr, size_t max, size_t *length,
			      const struct fathom_site *site);

/** Bytes from @p ptr to the end of its page, at least 1. */
static inline size_t fathom_page_rest(const void *ptr)
{
	return FATHOM_PAGE_SIZE - ((uintptr_t)ptr & (FATHOM_PAGE_SIZE - 1));
}

/**
 * Where the @p size bytes at @p ptr can be written. A local pointer passes
 * unchanged; one into the target faults, unless @p site is one of a module in
 * private-write mode: then they are the view's.
 */
static inline void *fathom_writable(void *ptr, size_t size,
				    const struct fathom_site *site)
{
	if (fathom_is_local(ptr))
		return ptr;
	if (size && site && (site->flags & FATHOM_SITE_PRIVATE_WRITES))
		return __fathom_translate_write((uintptr_t)ptr, size, site);
	__fathom_check_local(ptr, site);
	return ptr;
}

#endif /* FATHOM_ACCESS_H */
