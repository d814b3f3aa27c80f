/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The cached picture of the target's memory: see view.h. */
#include "view.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <fathom/secret.h>

#include "client.h"
#include "spill.h"
#include "thread.h"

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

#define BUCKET_BITS  14
#define BUCKETS	     (1u << BUCKET_BITS)

/* Sequential readers get up to this many pages with one call. */
#define MAX_WINDOW 64u

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

struct epoch {
	_Atomic(struct fathom_span *) buckets[BUCKETS];
	uint64_t pages;	   /* charged against the limit */
	uint64_t resident; /* those of them that are in memory */
	uint32_t mappings;
	int secret_file;      /* of all pages (fathom/secret.h), or -1 */
	uint64_t secret_used; /* bytes of it */
	int spill_file;	      /* of all pages, if memory is limited, or -1 */
	uint64_t spill_used;  /* addresses of it */
};

struct fathom_view {
	struct fathom_client *client;
	uint64_t max_pages;
	uint64_t max_resident; /* 0: as many as there are */
	struct epoch *current; /* changes only while all threads stand still */
	struct epoch *previous;
	pthread_mutex_t lock; /* of what follows, and of filling the epoch */
	uint64_t epochs;
	uint64_t pages_fetched;
	uint64_t pages_evicted;
	uint64_t expected_space; /* where a sequential reader would go on */
	uint64_t expected_page;
	uint64_t window;
	char *agent_message; /* the first error of the agent; kept */
	bool cannot_follow;  /* the agent, by what it answered */
	atomic_bool written; /* the program may write to pages */
	/* Pages fetched last, as a ring. */
	struct fathom_wire_page recent[FATHOM_WIRE_MAX_KNOWN];
	uint64_t recent_count; /* since the epoch began */
};

static void epoch_destroy(struct epoch *epoch)
{
	struct fathom_span *span;
	size_t i;

	if (!epoch)
		return;
	for (i = 0; i < BUCKETS; i++) {
		while ((span = epoch->buckets[i])) {
			epoch->buckets[i] = span->next;
			munmap(span->map, span->map_size);
			free(span);
		}
	}
	if (epoch->secret_file >= 0)
		close(epoch->secret_file);
	if (epoch->spill_file >= 0)
		close(epoch->spill_file);
	free(epoch);
}

static struct fathom_error *open_secret_file(struct epoch *epoch,
					     uint64_t max_pages)
{
	/* Some pages are mapped in vain: see use_secret_pages(). */
	epoch->secret_file = fathom_secret_file(2 * max_pages * PAGE_SIZE);
	return epoch->secret_file < 0 ? fathom_error_os(errno, "secret memory")
				      : NULL;
}

static struct fathom_error *epoch_create(const struct fathom_view *view,
					 struct epoch **ret)
{
	struct epoch *epoch = calloc(1, sizeof(*epoch));
	struct fathom_error *error = NULL;

	if (!epoch)
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "out of memory");
	epoch->secret_file = -1;
	epoch->spill_file = -1;
	if (fathom_secret_active())
		error = open_secret_file(epoch, view->max_pages);
	else if (view->max_resident)
		error = fathom_spill_open(&epoch->spill_file);
	if (error) {
		epoch_destroy(epoch);
		return error;
	}
	*ret = epoch;
	return NULL;
}

static uint64_t default_limit(void)
{
	long pages = sysconf(_SC_PHYS_PAGES);
	long size = sysconf(_SC_PAGESIZE);

	if (pages <= 0 || size <= 0)
		return (1ull << 30) / PAGE_SIZE;
	return (uint64_t)pages * (uint64_t)size / PAGE_SIZE / 2;
}

struct fathom_error *fathom_view_create(struct fathom_client *client,
					uint64_t max_pages,
					struct fathom_view **ret)
{
	struct fathom_view *view = calloc(1, sizeof(*view));
	struct fathom_error *error;

	if (!view)
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "out of memory");
	view->client = client;
	view->max_pages = max_pages ? max_pages : default_limit();
	error = epoch_create(view, &view->current);
	if (error) {
		free(view);
		return error;
	}
	view->epochs = 1;
	pthread_mutex_init(&view->lock, NULL);
	*ret = view;
	return NULL;
}

void fathom_view_destroy(struct fathom_view *view)
{
	if (!view)
		return;
	epoch_destroy(view->current);
	epoch_destroy(view->previous);
	pthread_mutex_destroy(&view->lock);
	free(view->agent_message);
	free(view);
}

struct fathom_error *fathom_view_limit_memory(struct fathom_view *view,
					      uint64_t bytes)
{
	struct fathom_error *error;
	struct epoch *epoch;

	if (bytes < FATHOM_VIEW_LEAST_MEMORY)
		return fathom_error_create(
			FATHOM_ERROR_INVALID_ARGUMENT,
			"--max-memory: %" PRIu64
			" bytes are too few; %llu is the least",
			bytes, FATHOM_VIEW_LEAST_MEMORY);
	view->max_resident = bytes / PAGE_SIZE;
	error = epoch_create(view, &epoch);
	if (error)
		return error;
	epoch_destroy(view->current);
	view->current = epoch;
	return NULL;
}

uint64_t fathom_view_longest(const struct fathom_view *view)
{
	if (!view->max_resident)
		return FATHOM_SPAN_CHUNKS * FATHOM_CHUNK_SIZE;
	return view->max_resident / 2 * PAGE_SIZE;
}

/* Its pages leave memory, and nothing else of it changes. */
static void spill_epoch(const struct epoch *epoch)
{
	const struct fathom_span *span;
	size_t i;

	for (i = 0; i < BUCKETS; i++)
		for (span = epoch->buckets[i]; span; span = span->next)
			madvise(span->local, span->chunks * FATHOM_CHUNK_SIZE,
				MADV_DONTNEED);
}

struct fathom_error *fathom_view_forked(struct fathom_view *view)
{
	/* Another thread of the parent may have had it. */
	pthread_mutex_init(&view->lock, NULL);
	return view->max_resident ? fathom_view_refresh(view) : NULL;
}

struct fathom_error *fathom_view_refresh(struct fathom_view *view)
{
	struct fathom_error *error;
	struct epoch *epoch;

	error = epoch_create(view, &epoch);
	if (error)
		return error;
	if (view->max_resident)
		spill_epoch(view->current);
	epoch_destroy(view->previous);
	view->previous = view->current;
	view->current = epoch;
	view->epochs++;
	view->window = 0;
	view->recent_count = 0;
	return NULL;
}

static struct fathom_view_result failure(enum fathom_fault_reason reason,
					 uint64_t address)
{
	return (struct fathom_view_result){
		.reason = reason,
		.address = address,
		.message = fathom_fault_reason_string(reason),
	};
}

static struct fathom_view_result full(const struct fathom_view *view,
				      uint64_t address)
{
	struct fathom_view_result result =
		failure(FATHOM_FAULT_VIEW_FULL, address);

	if (view->max_resident)
		result.message = "the view is full: --max-memory is too small, "
				 "or no room is left in TMPDIR for the rest";
	return result;
}

static enum fathom_fault_reason reason_of_status(unsigned int status)
{
	switch (status) {
	case FATHOM_WIRE_NOT_MAPPED:
		return FATHOM_FAULT_NOT_MAPPED;
	case FATHOM_WIRE_NON_CANONICAL:
		return FATHOM_FAULT_NON_CANONICAL;
	case FATHOM_WIRE_NOT_RAM:
		return FATHOM_FAULT_NOT_RAM;
	case FATHOM_WIRE_BAD_TABLE:
		return FATHOM_FAULT_BAD_TABLE;
	case FATHOM_WIRE_TARGET_GONE:
		return FATHOM_FAULT_TARGET_GONE;
	default:
		return FATHOM_FAULT_AGENT;
	}
}

/* The agent's own words, kept for good since faults refer to them. */
static struct fathom_view_result agent_failure(struct fathom_view *view,
					       struct fathom_error *error,
					       uint64_t address)
{
	struct fathom_view_result result = failure(
		error->code == FATHOM_ERROR_TARGET ? FATHOM_FAULT_TARGET_GONE
						   : FATHOM_FAULT_AGENT,
		address);

	if (!view->agent_message)
		view->agent_message = strdup(error->message);
	if (view->agent_message)
		result.message = view->agent_message;
	fathom_error_destroy(error);
	return result;
}

static _Atomic(struct fathom_span *) *
bucket(struct epoch *epoch, uint64_t space, uint64_t chunk, uint32_t chunks)
{
	/* Fibonacci hashing: multiply by 2^64 / golden ratio, keep the top. */
	uint64_t hash = (chunk + (space >> FATHOM_PAGE_SHIFT) * 31 + chunks) *
			0x9e3779b97f4a7c15ull;

	return &epoch->buckets[hash >> (64 - BUCKET_BITS)];
}

static struct fathom_span *find_span(struct epoch *epoch, uint64_t space,
				     uint64_t chunk, uint32_t chunks)
{
	struct fathom_span *span = atomic_load_explicit(
		bucket(epoch, space, chunk, chunks), memory_order_acquire);

	while (span && (span->chunk != chunk || span->space != space ||
			span->chunks != chunks))
		span = span->next;
	return span;
}

/* Local addresses become those of the file, which has room for them at its end.
 */
static bool map_spill(struct epoch *epoch, struct fathom_span *span,
		      size_t size)
{
	if (ftruncate(epoch->spill_file, (off_t)(epoch->spill_used + size)) ||
	    mmap(span->local, size, PROT_NONE, MAP_SHARED | MAP_FIXED,
		 epoch->spill_file, (off_t)epoch->spill_used) == MAP_FAILED)
		return false;
	/* Neighbours that were not asked for are not to be in memory. */
	madvise(span->local, size, MADV_RANDOM);
	epoch->spill_used += size;
	return true;
}

/* Reserve local addresses; memory is used only where touched. */
static bool map_span(struct epoch *epoch, struct fathom_span *span)
{
	size_t size = span->chunks * FATHOM_CHUNK_SIZE;
	size_t states = span->chunks * CHUNK_PAGES;
	uint8_t *map;

	span->map_size = BLOCK_SIZE + size + states;
	map = mmap(NULL, span->map_size, PROT_NONE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (map == MAP_FAILED)
		return false;
	/* One page touched must cost one page, not a huge one. */
	madvise(map, span->map_size, MADV_NOHUGEPAGE);
	span->map = map;
	span->local = map + (-(uintptr_t)map & (BLOCK_SIZE - 1));
	span->state = (_Atomic uint8_t *)(span->local + size);
	if (mprotect(span->local + size, states, PROT_READ | PROT_WRITE) ||
	    (epoch->spill_file >= 0 && !map_spill(epoch, span, size))) {
		munmap(map, span->map_size);
		return false;
	}
	return true;
}

static bool is_usable(const struct fathom_span *span, uint64_t block)
{
	return block < span->chunks * CHUNK_BLOCKS &&
	       (span->usable[block / 64] & (1ull << (block % 64)));
}

static bool use_block(struct epoch *epoch, struct fathom_span *span,
		      uint64_t block)
{
	/* The kernel merges it with usable neighbours. */
	bool alone = !(block && is_usable(span, block - 1)) &&
		     !is_usable(span, block + 1);

	if (is_usable(span, block))
		return true;
	if (alone && MAX_MAPPINGS - epoch->mappings < BLOCK_MAPPINGS)
		return false;
	if (mprotect(span->local + block * BLOCK_SIZE, BLOCK_SIZE,
		     PROT_READ | PROT_WRITE))
		return false;
	span->usable[block / 64] |= 1ull << (block % 64);
	epoch->mappings += alone ? BLOCK_MAPPINGS : 0;
	return true;
}

/*
 * Secret memory counts when it is mapped, not when it is touched, so it comes
 * a page at a time. What a fetch then does not bring is mapped in vain.
 */
static bool use_secret_pages(struct epoch *epoch, struct fathom_span *span,
			     uint64_t page, uint64_t count)
{
	void *map;

	if (MAX_MAPPINGS - epoch->mappings < BLOCK_MAPPINGS)
		return false;
	map = mmap(span->local + page * PAGE_SIZE, count * PAGE_SIZE,
		   PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
		   epoch->secret_file, (off_t)epoch->secret_used);
	if (map == MAP_FAILED)
		return false;
	epoch->secret_used += count * PAGE_SIZE;
	epoch->mappings += BLOCK_MAPPINGS;
	return true;
}

/* Make the blocks of @count pages usable; false if that is too much. */
static bool use_blocks(struct epoch *epoch, struct fathom_span *span,
		       uint64_t page, uint64_t count)
{
	uint64_t block = page / BLOCK_PAGES;
	uint64_t last = (page + count - 1) / BLOCK_PAGES;

	if (epoch->secret_file >= 0)
		return use_secret_pages(epoch, span, page, count);
	while (block <= last && use_block(epoch, span, block))
		block++;
	if (block <= last)
		return false;
	/* A file without room for a page that is touched is a SIGBUS. */
	return epoch->spill_file < 0 ||
	       fathom_spill_has_room(epoch->spill_file, count * PAGE_SIZE);
}

static uint8_t state_of(const struct fathom_span *span, uint64_t page)
{
	return atomic_load_explicit(&span->state[page], memory_order_acquire);
}

static void set_state(struct fathom_span *span, uint64_t page, uint8_t state)
{
	atomic_store_explicit(&span->state[page], state, memory_order_release);
}

static uint64_t evict_block(struct fathom_span *span, uint64_t block)
{
	uint64_t page = block * BLOCK_PAGES;
	uint64_t last = page + BLOCK_PAGES - 1;
	uint64_t count = 0;

	for (; page <= last; page++) {
		if (state_of(span, page) != PAGE_PRESENT)
			continue;
		set_state(span, page, PAGE_EVICTED);
		count++;
	}
	return count;
}

static uint64_t evict_span(struct fathom_span *span)
{
	uint64_t count = 0;
	uint64_t block;

	for (block = 0; block < span->chunks * CHUNK_BLOCKS; block++)
		if (is_usable(span, block))
			count += evict_block(span, block);
	return count;
}

/*
 * All at once, as caches of translated code do it: what is in use comes back
 * by itself, and nobody has to note down what was used when.
 */
static void evict_all(struct fathom_view *view)
{
	struct epoch *epoch = view->current;
	struct fathom_span *span;
	uint64_t count = 0;
	size_t i;

	for (i = 0; i < BUCKETS; i++)
		for (span = epoch->buckets[i]; span; span = span->next)
			count += evict_span(span);
	spill_epoch(epoch);
	/* Or else it would come back without our notice. */
	fathom_threads_try_flush();
	epoch->resident -= count;
	view->pages_evicted += count;
}

/* Have @count pages fit into memory; false if they never do. */
static bool make_room(struct fathom_view *view, uint64_t count)
{
	struct epoch *epoch = view->current;

	if (!view->max_resident ||
	    epoch->resident + count <= view->max_resident)
		return true;
	evict_all(view);
	return epoch->resident + count <= view->max_resident;
}

static void charge(struct epoch *epoch, uint64_t pages)
{
	epoch->pages += pages;
	epoch->resident += pages;
}

/* Under the lock; NULL when the view is full. */
static struct fathom_span *add_span(struct fathom_view *view, uint64_t space,
				    uint64_t chunk, uint32_t chunks)
{
	struct epoch *epoch = view->current;
	_Atomic(struct fathom_span *) *head;
	struct fathom_span *span;

	span = find_span(epoch, space, chunk, chunks);
	if (span)
		return span;
	if (view->max_pages - epoch->pages < CHUNK_COST * chunks ||
	    MAX_MAPPINGS - epoch->mappings < CHUNK_MAPPINGS ||
	    !make_room(view, CHUNK_COST * chunks))
		return NULL;
	span = calloc(1, sizeof(*span) + chunks * CHUNK_BLOCKS / 8);
	if (!span)
		return NULL;
	span->space = space;
	span->chunk = chunk;
	span->chunks = chunks;
	if (!map_span(epoch, span)) {
		free(span);
		return NULL;
	}
	charge(epoch, CHUNK_COST * chunks);
	epoch->mappings += CHUNK_MAPPINGS;
	head = bucket(epoch, space, chunk, chunks);
	span->next = atomic_load_explicit(head, memory_order_relaxed);
	atomic_store_explicit(head, span, memory_order_release);
	return span;
}

struct fathom_span *fathom_view_span(struct fathom_view *view, uint64_t space,
				     uint64_t address, uint64_t size,
				     struct fathom_view_result *result)
{
	uint64_t last = address + size - 1;
	uint64_t chunk = address >> FATHOM_CHUNK_SHIFT;
	struct fathom_span *span;
	uint64_t chunks;

	if (!size || last < address) {
		*result = failure(FATHOM_FAULT_NON_CANONICAL, 0);
		return NULL;
	}
	chunks = (last >> FATHOM_CHUNK_SHIFT) - chunk + 1;
	if (chunks > FATHOM_SPAN_CHUNKS || size > fathom_view_longest(view)) {
		*result = failure(FATHOM_FAULT_VIEW_FULL, address);
		result->message = "object too long for the view";
		return NULL;
	}
	span = find_span(view->current, space, chunk, (uint32_t)chunks);
	if (span)
		return span;
	pthread_mutex_lock(&view->lock);
	span = add_span(view, space, chunk, (uint32_t)chunks);
	pthread_mutex_unlock(&view->lock);
	if (!span)
		*result = full(view, address);
	return span;
}

uint8_t *fathom_span_local(const struct fathom_span *span, uint64_t address)
{
	return span->local + (address - (span->chunk << FATHOM_CHUNK_SHIFT));
}

int fathom_span_cacheable(const struct fathom_span *span, uint64_t address)
{
	uint64_t page =
		(address >> FATHOM_PAGE_SHIFT) - span->chunk * CHUNK_PAGES;

	return span->chunks == 1 && state_of(span, page) == PAGE_PRESENT;
}

static uint64_t page_address(const struct fathom_span *span, uint64_t page)
{
	return (span->chunk << FATHOM_CHUNK_SHIFT) + page * PAGE_SIZE;
}

/*
 * How many pages to ask for, from @page on, when those up to @last are needed:
 * more when it looks as if the reader goes on, but never one that is known.
 */
static uint64_t choose_count(struct fathom_view *view,
			     const struct fathom_span *span, uint64_t page,
			     uint64_t last)
{
	uint64_t number = page_address(span, page) >> FATHOM_PAGE_SHIFT;
	uint64_t want = last - page + 1;
	uint64_t count;

	if (view->window && view->expected_space == span->space &&
	    view->expected_page == number)
		view->window = view->window * 2 < MAX_WINDOW ? view->window * 2
							     : MAX_WINDOW;
	else
		view->window = 1;
	if (want < view->window)
		want = view->window;
	for (count = 1; count < want && page + count < CHUNK_PAGES; count++)
		if (state_of(span, page + count) != PAGE_ABSENT)
			break;
	view->expected_space = span->space;
	view->expected_page = number + count;
	return count;
}

static void set_present(struct fathom_view *view, struct fathom_span *span,
			uint64_t page)
{
	struct fathom_wire_page *entry =
		&view->recent[view->recent_count++ % FATHOM_WIRE_MAX_KNOWN];

	entry->space = span->space;
	entry->address = page_address(span, page);
	charge(view->current, 1);
	view->pages_fetched++;
	set_state(span, page, PAGE_PRESENT);
}

/* Ask the agent for absent @page, and what else is wise. */
static struct fathom_view_result fetch(struct fathom_view *view,
				       struct fathom_span *span, uint64_t page,
				       uint64_t last)
{
	struct fathom_client_item item = {
		.space = span->space,
		.address = page_address(span, page),
		.buffer = span->local + page * PAGE_SIZE,
	};
	uint64_t room = view->max_pages - view->current->pages;
	uint64_t count = choose_count(view, span, page, last);
	struct fathom_error *error;
	uint64_t done;
	uint64_t i;

	if (count > room)
		count = room;
	if (!make_room(view, count))
		count = 1;
	if (!room || !make_room(view, count) ||
	    !use_blocks(view->current, span, page, count))
		return full(view, item.address);
	item.length = count * PAGE_SIZE;
	error = fathom_client_readv(view->client, &item, 1);
	if (error)
		return agent_failure(view, error, item.address);
	done = item.done / PAGE_SIZE;
	for (i = 0; i < done; i++)
		set_present(view, span, page + i);
	if (done < count)
		set_state(span, page + done, (uint8_t)(PAGE_BAD + item.status));
	return (struct fathom_view_result){0};
}

static struct fathom_view_result fill_copies(struct fathom_view *view,
					     struct fathom_span *span,
					     uint64_t page, uint64_t last);

/* It is used again, so it takes up memory again. */
static struct fathom_view_result
bring_back(struct fathom_view *view, struct fathom_span *span, uint64_t page)
{
	if (!make_room(view, 1))
		return full(view, page_address(span, page));
	/* To write, or its neighbours come with it. Linux 5.14 and later. */
	madvise(span->local + page * PAGE_SIZE, PAGE_SIZE, MADV_POPULATE_WRITE);
	view->current->resident++;
	set_state(span, page, PAGE_PRESENT);
	return (struct fathom_view_result){0};
}

/* Fill the pages @page..@last of a span. Under the lock. */
static struct fathom_view_result fill_locked(struct fathom_view *view,
					     struct fathom_span *span,
					     uint64_t page, uint64_t last)
{
	struct fathom_view_result result = {0};
	uint8_t state;

	if (span->chunks > 1)
		return fill_copies(view, span, page, last);
	for (; page <= last; page++) {
		state = state_of(span, page);
		if (state == PAGE_ABSENT)
			result = fetch(view, span, page, last);
		else if (state == PAGE_EVICTED)
			result = bring_back(view, span, page);
		if (result.reason)
			return result;
		state = state_of(span, page);
		if (state != PAGE_PRESENT)
			return failure(reason_of_status(state - PAGE_BAD),
				       page_address(span, page));
	}
	return result;
}

/* Bring one page of a chunk, and copy it to the span that straddles it. */
static struct fathom_view_result copy_page(struct fathom_view *view,
					   struct fathom_span *span,
					   uint64_t page, uint64_t last)
{
	uint64_t address = page_address(span, page);
	uint64_t first = page % CHUNK_PAGES;
	uint64_t ahead = first + (last - page);
	struct fathom_view_result result;
	struct fathom_span *chunk;

	chunk = add_span(view, span->space, address >> FATHOM_CHUNK_SHIFT, 1);
	if (!chunk)
		return full(view, address);
	if (ahead >= CHUNK_PAGES)
		ahead = CHUNK_PAGES - 1;
	/* All that is needed of the chunk comes with one call ... */
	if (state_of(chunk, first) == PAGE_ABSENT) {
		result = fetch(view, chunk, first, ahead);
		if (result.reason)
			return result;
	}
	/* ... but only this page has to be there. */
	result = fill_locked(view, chunk, first, first);
	if (result.reason)
		return result;
	if (view->current->pages == view->max_pages || !make_room(view, 1) ||
	    !use_blocks(view->current, span, page, 1))
		return full(view, address);
	charge(view->current, 1);
	memcpy(span->local + page * PAGE_SIZE, chunk->local + first * PAGE_SIZE,
	       PAGE_SIZE);
	set_state(span, page, PAGE_PRESENT);
	return result;
}

/* The page has been written to since, perhaps: copy it once more. */
static void renew_copy(struct fathom_view *view, struct fathom_span *span,
		       uint64_t page)
{
	uint64_t address = page_address(span, page);
	const struct fathom_span *chunk = find_span(
		view->current, span->space, address >> FATHOM_CHUNK_SHIFT, 1);

	if (chunk)
		memcpy(span->local + page * PAGE_SIZE,
		       fathom_span_local(chunk, address), PAGE_SIZE);
}

static struct fathom_view_result fill_copies(struct fathom_view *view,
					     struct fathom_span *span,
					     uint64_t page, uint64_t last)
{
	struct fathom_view_result result = {0};

	for (; page <= last && !result.reason; page++) {
		uint8_t state = state_of(span, page);

		if (state == PAGE_ABSENT)
			result = copy_page(view, span, page, last);
		else if (state == PAGE_EVICTED)
			result = bring_back(view, span, page);
		if (state != PAGE_ABSENT && fathom_view_is_written(view))
			renew_copy(view, span, page);
	}
	return result;
}

uint64_t fathom_view_epoch(const struct fathom_view *view)
{
	return view->epochs;
}

void fathom_view_set_written(struct fathom_view *view)
{
	atomic_store(&view->written, true);
}

bool fathom_view_is_written(const struct fathom_view *view)
{
	return atomic_load_explicit(&view->written, memory_order_relaxed);
}

struct fathom_view_result fathom_view_fill(struct fathom_view *view,
					   struct fathom_span *span,
					   uint64_t address, uint64_t size)
{
	uint64_t start = span->chunk << FATHOM_CHUNK_SHIFT;
	uint64_t page = (address - start) / PAGE_SIZE;
	uint64_t last = (address - start + size - 1) / PAGE_SIZE;
	bool renew = span->chunks > 1 && fathom_view_is_written(view);
	struct fathom_view_result result = {0};

	while (!renew && page <= last && state_of(span, page) == PAGE_PRESENT)
		page++;
	if (page > last)
		return result;
	pthread_mutex_lock(&view->lock);
	result = fill_locked(view, span, page, last);
	pthread_mutex_unlock(&view->lock);
	/* The first page's bytes before @address were not asked for. */
	if (result.reason && result.address < address)
		result.address = address;
	return result;
}

bool fathom_span_lacks(const struct fathom_span *span, uint64_t address,
		       uint64_t size)
{
	uint64_t start = span->chunk << FATHOM_CHUNK_SHIFT;
	uint64_t page = (address - start) / PAGE_SIZE;
	uint64_t last = (address - start + size - 1) / PAGE_SIZE;

	for (; page <= last; page++)
		if (state_of(span, page) == PAGE_ABSENT)
			return true;
	return false;
}

static int compare_addresses(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a;
	uint64_t right = *(const uint64_t *)b;

	return (left > right) - (left < right);
}

uint32_t fathom_view_recent(struct fathom_view *view, uint64_t space,
			    uint64_t *pages, uint32_t max)
{
	uint32_t count = 0;
	uint64_t i;

	pthread_mutex_lock(&view->lock);
	for (i = view->recent_count;
	     i && view->recent_count - i < FATHOM_WIRE_MAX_KNOWN && count < max;
	     i--) {
		const struct fathom_wire_page *page =
			&view->recent[(i - 1) % FATHOM_WIRE_MAX_KNOWN];

		if (page->space == space)
			pages[count++] = page->address;
	}
	pthread_mutex_unlock(&view->lock);
	qsort(pages, count, sizeof(*pages), compare_addresses);
	return count;
}

/*
 * What was not asked for fills no more than half of the view: a target full of
 * made-up pointers shall not keep the program from what it needs.
 */
static bool has_room_ahead(const struct fathom_view *view)
{
	return view->current->pages < view->max_pages / 2 &&
	       view->current->mappings < MAX_MAPPINGS / 2;
}

/* A page that FOLLOW brought. Under the lock, by way of the client. */
static void keep_page(void *context, const struct fathom_wire_page *header,
		      const uint8_t *data)
{
	struct fathom_view *view = context;
	uint64_t chunk = header->address >> FATHOM_CHUNK_SHIFT;
	struct fathom_span *span;
	uint64_t page;

	if (!has_room_ahead(view))
		return;
	span = add_span(view, header->space, chunk, 1);
	if (!span)
		return;
	page = (header->address >> FATHOM_PAGE_SHIFT) - chunk * CHUNK_PAGES;
	if (state_of(span, page) != PAGE_ABSENT || !make_room(view, 1) ||
	    !use_blocks(view->current, span, page, 1))
		return;
	memcpy(span->local + page * PAGE_SIZE, data, PAGE_SIZE);
	set_present(view, span, page);
}

void fathom_view_follow(struct fathom_view *view, const void *request,
			size_t size)
{
	struct fathom_error *error = NULL;

	pthread_mutex_lock(&view->lock);
	if (!view->cannot_follow && has_room_ahead(view))
		error = fathom_client_follow(view->client, request, size,
					     keep_page, view);
	/* READ is still good for such an agent, or tells what is wrong. */
	if (error && (error->code == FATHOM_ERROR_UNSUPPORTED ||
		      error->code == FATHOM_ERROR_PROTOCOL))
		view->cannot_follow = true;
	pthread_mutex_unlock(&view->lock);
	fathom_error_destroy(error);
}

struct fathom_view_result fathom_view_read(struct fathom_view *view,
					   uint64_t space, uint64_t address,
					   void *buffer, size_t size,
					   size_t *done)
{
	struct fathom_view_result result = {0};

	*done = 0;
	while (*done < size && !result.reason) {
		uint64_t at = address + *done;
		uint64_t piece =
			FATHOM_CHUNK_SIZE - (at & (FATHOM_CHUNK_SIZE - 1));
		struct fathom_span *span;

		if (at < address)
			return failure(FATHOM_FAULT_NON_CANONICAL, at);
		if (piece > size - *done)
			piece = size - *done;
		if (piece > fathom_view_longest(view))
			piece = fathom_view_longest(view);
		span = fathom_view_span(view, space, at, piece, &result);
		if (!span)
			break;
		result = fathom_view_fill(view, span, at, piece);
		if (result.reason)
			piece = result.address - at;
		memcpy((uint8_t *)buffer + *done, fathom_span_local(span, at),
		       piece);
		*done += piece;
	}
	return result;
}

void fathom_view_statistics(struct fathom_view *view,
			    struct fathom_view_statistics *ret)
{
	pthread_mutex_lock(&view->lock);
	ret->epochs = view->epochs;
	ret->pages_fetched = view->pages_fetched;
	ret->pages_evicted = view->pages_evicted;
	pthread_mutex_unlock(&view->lock);
}
