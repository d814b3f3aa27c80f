/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The view: pages of the target, fetched when first touched and the same
 * until the end of the epoch. So is the knowledge that a page cannot be had.
 *
 * Each address space is cut into chunks of 1 GiB, and each chunk touched gets
 * 1 GiB of local addresses, so that what is contiguous there is so here. For
 * an object that straddles chunks there is a span of both chunks, filled
 * with copies of their pages. Memory of processes is only copied out: its pages
 * lie one behind the other, as they came.
 *
 * All functions but create, destroy and refresh are for callers between
 * fathom_thread_enter() and fathom_thread_leave(), from any thread.
 */
#ifndef FATHOM_VIEW_H
#define FATHOM_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <fathom/error.h>
#include <fathom/fault.h>

#define FATHOM_CHUNK_SHIFT 30
#define FATHOM_CHUNK_SIZE  (1ull << FATHOM_CHUNK_SHIFT)

/* An object that can be had in one piece may touch this many chunks. */
#define FATHOM_SPAN_CHUNKS 2u

struct fathom_client;
struct fathom_view;
struct fathom_span;

/**
 * @param[in] client Stays the caller's, and must outlive the view.
 * @param[in] max_pages What one epoch may hold before it is full; 0 for the
 * default, half of this machine's memory.
 * @param[out] ret Destroyed by @ref fathom_view_destroy().
 */
struct fathom_error *fathom_view_create(struct fathom_client *client,
					uint64_t max_pages,
					struct fathom_view **ret);

/* Less than this does not do: one string may be 16 pages. */
#define FATHOM_VIEW_LEAST_MEMORY (256ull << 10)

/**
 * Keep no more of the view in memory than @p bytes: what exceeds it goes to a
 * file without a name, in TMPDIR or /var/tmp, and comes back from there when it
 * is read again. Local addresses stay good, and an epoch one picture.
 *
 * @param[in] view One that nothing has been read of.
 */
struct fathom_error *fathom_view_limit_memory(struct fathom_view *view,
					      uint64_t bytes);

/** How many bytes a span may have at most, and what to ask for in one go. */
uint64_t fathom_view_longest(const struct fathom_view *view);

/** In the child of a fork(2): it shares no epoch with its parent. */
struct fathom_error *fathom_view_forked(struct fathom_view *view);

/** NULL does nothing. */
void fathom_view_destroy(struct fathom_view *view);

/**
 * Start a new epoch. Memory of the current one stays readable until the next
 * refresh, that of the one before is freed. All threads must be stopped.
 */
struct fathom_error *fathom_view_refresh(struct fathom_view *view);

/** What became of a request: reason NONE is success. */
struct fathom_view_result {
	enum fathom_fault_reason reason;
	uint64_t address;    /* first byte that cannot be had */
	const char *message; /* lives as long as the view, or longer */
};

/**
 * Local addresses for [@p address, @p address + @p size): nothing is fetched.
 *
 * @param[in] space FATHOM_SPACE_* or a page-table root with its levels.
 * @return NULL with @p result set if the view is full or the piece too long.
 */
struct fathom_span *fathom_view_span(struct fathom_view *view, uint64_t space,
				     uint64_t address, uint64_t size,
				     struct fathom_view_result *result);

/** Which epoch this is: another number after each refresh. */
uint64_t fathom_view_epoch(const struct fathom_view *view);

/**
 * The program is going to write to pages (never across the end of a chunk):
 * what it has written is what is read until the epoch ends, also where an
 * object straddles chunks.
 */
void fathom_view_set_written(struct fathom_view *view);
bool fathom_view_is_written(const struct fathom_view *view);

/** Where @p address, which must be in the span, is or will be. */
uint8_t *fathom_span_local(const struct fathom_span *span, uint64_t address);

/**
 * Make sure that all of [@p address, @p address + @p size), which must be in
 * the span, is there; fetch what is not.
 */
struct fathom_view_result fathom_view_fill(struct fathom_view *view,
					   struct fathom_span *span,
					   uint64_t address, uint64_t size);

/** Whether some page of [@p address, @p address + @p size) was never asked for.
 */
bool fathom_span_lacks(const struct fathom_span *span, uint64_t address,
		       uint64_t size);

/**
 * Addresses of the pages of @p space fetched last in this epoch, ascending.
 *
 * @return How many, at most @p max (and FATHOM_WIRE_MAX_KNOWN).
 */
uint32_t fathom_view_recent(struct fathom_view *view, uint64_t space,
			    uint64_t *pages, uint32_t max);

/**
 * Send a FOLLOW request and keep what it brings, as long as the view is half
 * empty. Errors are not told; an agent that cannot do it is not asked again.
 */
void fathom_view_follow(struct fathom_view *view, const void *request,
			size_t size);

/** Whether a TLB may hold the page of @p address: it is there, uncopied. */
int fathom_span_cacheable(const struct fathom_span *span, uint64_t address);

/**
 * Copy out any length. Memory of processes, which is to say of lower-half
 * addresses, is kept without its layout: it costs memory, but no mappings.
 *
 * @param[out] done Bytes copied before the first that cannot be had.
 */
struct fathom_view_result fathom_view_read(struct fathom_view *view,
					   uint64_t space, uint64_t address,
					   void *buffer, size_t size,
					   size_t *done);

struct fathom_view_statistics {
	uint64_t epochs;
	uint64_t pages_fetched;
	uint64_t pages_evicted;
};
void fathom_view_statistics(struct fathom_view *view,
			    struct fathom_view_statistics *ret);

#endif /* FATHOM_VIEW_H */
