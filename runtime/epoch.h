/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * One epoch's memory: spans of local addresses for the target's chunks, and
 * which of their pages are there. The view (view.h) decides what is fetched and
 * how much may be kept; nobody else includes this.
 *
 * What changes an epoch is called under the view's lock.
 */
#ifndef FATHOM_EPOCH_H
#define FATHOM_EPOCH_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <fathom/abi.h>
#include <fathom/error.h>

#include "view.h"

#define PAGE_SIZE   FATHOM_PAGE_SIZE
#define CHUNK_PAGES (FATHOM_CHUNK_SIZE / PAGE_SIZE)

/*
 * What a chunk costs that has but one page: two page-table pages, one page of
 * states, one mapping. Charged against the limit, in pages.
 */
#define CHUNK_COST 4

/*
 * Mappings of an epoch: a process may have 65530 (vm.max_map_count), and two
 * epochs and the program itself share them. A kernel's few hundred chunks are
 * far from it; only pointers made up by an attacker get there.
 */
#define MAX_MAPPINGS   24000u
#define CHUNK_MAPPINGS 4u /* reserved, states, and what is between */
#define BLOCK_MAPPINGS 2u /* itself, and it splits what is around it */

/*
 * Addresses become memory a block at a time: those that are merely reserved
 * must not count as memory that may be used up (vm.overcommit_memory=2).
 * Local addresses agree with the target's within a block.
 */
#define BLOCK_SIZE   (2ull << 20)
#define BLOCK_PAGES  (BLOCK_SIZE / PAGE_SIZE)
#define CHUNK_BLOCKS (FATHOM_CHUNK_SIZE / BLOCK_SIZE)

/*
 * Pages of processes are where there was the next free place for one, in chunks
 * of no address space: what a page table's root and levels can never be.
 */
#define PLACES_SPACE UINT64_MAX

/* To find one again takes 64 bytes, which are charged a page at a time. */
#define PLACES_PER_PAGE 64u

#define BUCKET_BITS	14
#define BUCKETS		(1u << BUCKET_BITS)

/*
 * State of a page: absent; present; evicted, which is to say that it may be in
 * the file only; or the agent's status + PAGE_BAD.
 */
#define PAGE_ABSENT  0
#define PAGE_PRESENT 1
#define PAGE_EVICTED 2
#define PAGE_BAD     16

struct fathom_span {
	struct fathom_span *next; /* in its bucket */
	uint64_t space;
	uint64_t chunk;	 /* number of the first one */
	uint32_t chunks; /* 1, or more for copies of several */
	uint8_t *local;
	_Atomic uint8_t *state; /* of each page */
	void *map;		/* both of them are in this one mapping */
	size_t map_size;
	uint64_t usable[]; /* a bit for each block; under the view's lock */
};

struct fathom_epoch {
	_Atomic(struct fathom_span *) buckets[BUCKETS];
	uint64_t pages;	   /* charged against the limit */
	uint64_t resident; /* those of them that are in memory */
	uint32_t mappings;
	void *places; /* of pages of processes: a tree of tsearch(3) */
	uint64_t place_count;
	int secret_file;      /* of all pages (fathom/secret.h), or -1 */
	uint64_t secret_used; /* bytes of it */
	int spill_file;	      /* of all pages, if memory is limited, or -1 */
	uint64_t spill_used;  /* addresses of it */
};

/**
 * @param[in] max_pages How many it may ever hold, for secret memory.
 * @param[in] spills Its pages are a file's, so that they can leave memory.
 * @param[out] ret Destroyed by @ref fathom_epoch_destroy().
 */
struct fathom_error *fathom_epoch_create(uint64_t max_pages, bool spills,
					 struct fathom_epoch **ret);

/** NULL does nothing. */
void fathom_epoch_destroy(struct fathom_epoch *epoch);

/** The span of just these chunks, or NULL. Needs no lock. */
struct fathom_span *fathom_epoch_find(struct fathom_epoch *epoch,
				      uint64_t space, uint64_t chunk,
				      uint32_t chunks);

/** Make it, which is known not to be there; NULL if there is no memory. */
struct fathom_span *fathom_epoch_add(struct fathom_epoch *epoch, uint64_t space,
				     uint64_t chunk, uint32_t chunks);

/**
 * Where page number @p page of @p space, which is only copied out, is or will
 * be: at page @p ret of all pages of PLACES_SPACE. The next free place if it
 * has none yet.
 *
 * @return False if there is no memory.
 */
bool fathom_epoch_place(struct fathom_epoch *epoch, uint64_t space,
			uint64_t page, uint64_t *ret);

/** No page has a place any more. */
void fathom_epoch_forget_places(struct fathom_epoch *epoch);

/** Make @p count pages from @p page on usable; false if that is too much. */
bool fathom_epoch_use(struct fathom_epoch *epoch, struct fathom_span *span,
		      uint64_t page, uint64_t count);

/** Its pages leave memory, and nothing else of it changes (epoch_evict.c). */
void fathom_epoch_spill(const struct fathom_epoch *epoch);

/**
 * All present pages become evicted ones. TLBs must be flushed then.
 *
 * @return How many.
 */
uint64_t fathom_epoch_evict(struct fathom_epoch *epoch);

/** Is this block of a span memory yet? */
static inline bool is_usable(const struct fathom_span *span, uint64_t block)
{
	return block < span->chunks * CHUNK_BLOCKS &&
	       (span->usable[block / 64] & (1ull << (block % 64)));
}

static inline uint8_t state_of(const struct fathom_span *span, uint64_t page)
{
	return atomic_load_explicit(&span->state[page], memory_order_acquire);
}

static inline void set_state(struct fathom_span *span, uint64_t page,
			     uint8_t state)
{
	atomic_store_explicit(&span->state[page], state, memory_order_release);
}

/** So many pages more are held, and in memory. */
static inline void charge(struct fathom_epoch *epoch, uint64_t pages)
{
	epoch->pages += pages;
	epoch->resident += pages;
}

static inline uint64_t page_address(const struct fathom_span *span,
				    uint64_t page)
{
	return (span->chunk << FATHOM_CHUNK_SHIFT) + page * PAGE_SIZE;
}

#endif /* FATHOM_EPOCH_H */
