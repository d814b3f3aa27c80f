/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The memory of one epoch: see epoch.h. */
#include "epoch.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <fathom/secret.h>

#include "spill.h"

void fathom_epoch_destroy(struct fathom_epoch *epoch)
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
	fathom_epoch_forget_places(epoch);
	if (epoch->secret_file >= 0)
		close(epoch->secret_file);
	if (epoch->spill_file >= 0)
		close(epoch->spill_file);
	free(epoch);
}

static struct fathom_error *open_secret_file(struct fathom_epoch *epoch,
					     uint64_t max_pages)
{
	/* Some pages are mapped in vain: see use_secret_pages(). */
	epoch->secret_file = fathom_secret_file(2 * max_pages * PAGE_SIZE);
	return epoch->secret_file < 0 ? fathom_error_os(errno, "secret memory")
				      : NULL;
}

struct fathom_error *fathom_epoch_create(uint64_t max_pages, bool spills,
					 struct fathom_epoch **ret)
{
	struct fathom_epoch *epoch = calloc(1, sizeof(*epoch));
	struct fathom_error *error = NULL;

	if (!epoch)
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "out of memory");
	epoch->secret_file = -1;
	epoch->spill_file = -1;
	if (fathom_secret_active())
		error = open_secret_file(epoch, max_pages);
	else if (spills)
		error = fathom_spill_open(&epoch->spill_file);
	if (error) {
		fathom_epoch_destroy(epoch);
		return error;
	}
	*ret = epoch;
	return NULL;
}

static _Atomic(struct fathom_span *) *bucket(struct fathom_epoch *epoch,
					     uint64_t space, uint64_t chunk,
					     uint32_t chunks)
{
	/* Fibonacci hashing: multiply by 2^64 / golden ratio, keep the top. */
	uint64_t hash = (chunk + (space >> FATHOM_PAGE_SHIFT) * 31 + chunks) *
			0x9e3779b97f4a7c15ull;

	return &epoch->buckets[hash >> (64 - BUCKET_BITS)];
}

struct fathom_span *fathom_epoch_find(struct fathom_epoch *epoch,
				      uint64_t space, uint64_t chunk,
				      uint32_t chunks)
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
static bool map_spill(struct fathom_epoch *epoch, struct fathom_span *span,
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
static bool map_span(struct fathom_epoch *epoch, struct fathom_span *span)
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

struct fathom_span *fathom_epoch_add(struct fathom_epoch *epoch, uint64_t space,
				     uint64_t chunk, uint32_t chunks)
{
	_Atomic(struct fathom_span *) *head;
	struct fathom_span *span;

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

static bool use_block(struct fathom_epoch *epoch, struct fathom_span *span,
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
static bool use_secret_pages(struct fathom_epoch *epoch,
			     struct fathom_span *span, uint64_t page,
			     uint64_t count)
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

bool fathom_epoch_use(struct fathom_epoch *epoch, struct fathom_span *span,
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
