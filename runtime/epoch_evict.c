/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Pages that leave memory for the epoch's file: see epoch.h. */
#include "epoch.h"

#include <sys/mman.h>

void fathom_epoch_spill(const struct fathom_epoch *epoch)
{
	const struct fathom_span *span;
	size_t i;

	for (i = 0; i < BUCKETS; i++)
		for (span = epoch->buckets[i]; span; span = span->next)
			madvise(span->local, span->chunks * FATHOM_CHUNK_SIZE,
				MADV_DONTNEED);
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
uint64_t fathom_epoch_evict(struct fathom_epoch *epoch)
{
	struct fathom_span *span;
	uint64_t count = 0;
	size_t i;

	for (i = 0; i < BUCKETS; i++)
		for (span = epoch->buckets[i]; span; span = span->next)
			count += evict_span(span);
	fathom_epoch_spill(epoch);
	epoch->resident -= count;
	return count;
}
