/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The IDS's side of the conversation with an agent (smm/include/fathom/wire.h).
 *
 * Agent and carrier are not trusted to keep to the format: every reply is
 * checked completely before a byte of it is used. A broken one is
 * FATHOM_ERROR_PROTOCOL; the caller may go on, but should not expect much.
 */
#ifndef FATHOM_CLIENT_H
#define FATHOM_CLIENT_H

#include <stddef.h>
#include <stdint.h>

#include <fathom/channel.h>
#include <fathom/error.h>
#include <fathom/wire.h>

/** A conversation with one agent. Thread-safe: one call at a time. */
struct fathom_client;

/** What the agent said about the machine. Owned by the client. */
struct fathom_client_info {
	struct fathom_wire_info wire;
	const struct fathom_wire_cpu *cpus;	/* wire.cpu_count of them */
	const struct fathom_wire_range *ranges; /* wire.range_count of them */
};

struct fathom_client_statistics {
	uint64_t calls;
	uint64_t round_trips; /* calls that were under way together are one */
	uint64_t bytes_read;  /* data in READ and FOLLOW replies */
};

/**
 * Take over @p channel (also on failure) and ask the agent for INFO.
 *
 * @param[out] ret Destroyed by @ref fathom_client_destroy().
 */
struct fathom_error *fathom_client_create(struct fathom_channel *channel,
					  struct fathom_client **ret);

/** Destroys the channel, too. NULL does nothing. */
void fathom_client_destroy(struct fathom_client *client);

/** Good until @ref fathom_client_refresh(). */
const struct fathom_client_info *
fathom_client_info(const struct fathom_client *client);

/** Tell the carrier that a new epoch starts, and ask for INFO again. */
struct fathom_error *fathom_client_refresh(struct fathom_client *client);

/** One piece of a vectored read: what is wanted, and what came of it. */
struct fathom_client_item {
	uint64_t space;	  /* FATHOM_SPACE_* or a page-table root */
	uint64_t address; /* in that space */
	void *buffer;
	size_t length;

	size_t done; /* bytes of buffer that are valid, from the first */
	enum fathom_wire_status status; /* OK when done == length */
};

/**
 * Read many pieces. Goes on until each item is either complete or has failed
 * by itself; the caller looks at each status.
 *
 * @return An error only when the conversation failed; FATHOM_ERROR_TARGET
 * when the target has gone.
 */
struct fathom_error *fathom_client_readv(struct fathom_client *client,
					 struct fathom_client_item *items,
					 size_t count);

/** Read one piece: all of it, or FATHOM_ERROR_FAULT at the first bad byte. */
struct fathom_error *fathom_client_read(struct fathom_client *client,
					uint64_t space, uint64_t address,
					void *buffer, size_t length);

/**
 * From now on, let @ref fathom_client_read() of physical memory read whole
 * pages and keep the last ones, until @ref fathom_client_drop_pages() or the
 * next epoch. For one thread that looks at the same pages again and again.
 */
struct fathom_error *fathom_client_keep_pages(struct fathom_client *client);
void fathom_client_drop_pages(struct fathom_client *client);

/**
 * Read and keep these physical pages with one call, as far as they are to be
 * had: a hint that they will be read. Does nothing if no pages are kept.
 *
 * @param[in] addresses Of any byte in them; at most
 * FATHOM_PAGE_MEMORY_PAGES.
 */
struct fathom_error *fathom_client_fetch_pages(struct fathom_client *client,
					       const uint64_t *addresses,
					       size_t count);

/**
 * Find @p pattern in physical RAM, at multiples of @p alignment in
 * [@p start, @p end).
 *
 * @param[in] max Room in @p matches; the search ends when it is full.
 * @param[out] matches Physical addresses, ascending.
 * @param[out] count Entries of @p matches that are valid.
 * @param[out] next Where to go on; == @p end when all has been seen.
 */
struct fathom_error *fathom_client_scan(struct fathom_client *client,
					uint64_t start, uint64_t end,
					uint64_t alignment, const void *pattern,
					size_t pattern_length,
					uint64_t *matches, size_t max,
					size_t *count, uint64_t *next);

/** One page of a FOLLOW reply; @p data is FATHOM_WIRE_PAGE_SIZE bytes. */
typedef void (*fathom_client_page)(void *context,
				   const struct fathom_wire_page *page,
				   const uint8_t *data);

/**
 * Bring objects and what their pointers lead to.
 *
 * @param[in] request Body of a FOLLOW request (wire.h), @p size bytes.
 * @param[in] take Called for each page, while the client is locked. There are
 * at most as many as asked for; each is of the request's space, or of one by
 * its own tables.
 * @return FATHOM_ERROR_UNSUPPORTED if the agent does not know this request,
 * FATHOM_ERROR_LIMIT if it takes none so long.
 */
struct fathom_error *fathom_client_follow(struct fathom_client *client,
					  const void *request, size_t size,
					  fathom_client_page take,
					  void *context);

/** Calls that the agent has answered so far. */
uint64_t fathom_client_answered(const struct fathom_client *client);

/**
 * Make sure that the agent answers: by an INFO call, whose reply is not used,
 * unless somebody else's call is answered while this one waits for its turn.
 */
struct fathom_error *fathom_client_reach(struct fathom_client *client);

/** "page not mapped" and the like: why a READ item failed. */
const char *fathom_client_status_string(uint32_t status);

void fathom_client_statistics(struct fathom_client *client,
			      struct fathom_client_statistics *ret);

#endif /* FATHOM_CLIENT_H */
