/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * Taking back private writes: see undo.h. Code that faults leaves what it was
 * doing half done, locks and counts in the view's pages among it. Pages, not
 * words: a write is looked at once, by its first one, and code that takes a
 * lock writes to its page again.
 */
#include "undo.h"

#include <stdatomic.h>
#include <string.h>

#include <fathom/abi.h>
#include <fathom/secret.h>

#include "target_state.h"
#include "thread.h"
#include "view.h"

void fathom_mark_writes(void);
void fathom_discard_writes(void);

/* 64 MiB. What prints a file of /proc writes to a dozen. */
#define MAX_KEPT 16384

#define BUCKETS	 256
#define RECENT	 64

/* Of those that are not in use any more, for the next time. */
#define MAX_SPARE 64

struct kept {
	struct kept *next; /* in its bucket, or spare */
	uint8_t *local;
	uint8_t bytes[FATHOM_PAGE_SIZE];
};

struct recent {
	uint64_t generation;
	uint64_t page;
	uint64_t addend;
};

/* Since when what threads have noted down as recent is good. */
static _Atomic uint64_t generation = 1;

static __thread struct recent recent[RECENT];
static __thread struct kept *buckets[BUCKETS];
static __thread struct kept *spare;
static __thread size_t spare_count;
static __thread size_t count;
static __thread uint64_t epoch; /* that they are of */
static __thread bool marked;

static uint64_t page_of(uint64_t address)
{
	return address & ~(FATHOM_PAGE_SIZE - 1);
}

static struct recent *recent_of(uint64_t address)
{
	return &recent[(address >> FATHOM_PAGE_SHIFT) % RECENT];
}

void *fathom_undo_find(uint64_t address, uint64_t size)
{
	const struct recent *entry = recent_of(address);

	if (entry->generation !=
		    atomic_load_explicit(&generation, memory_order_relaxed) ||
	    size > FATHOM_PAGE_SIZE || entry->page != page_of(address) ||
	    entry->page != page_of(address + size - 1))
		return NULL;
	return (void *)(uintptr_t)(address + entry->addend);
}

void fathom_undo_forget(void)
{
	atomic_fetch_add_explicit(&generation, 1, memory_order_relaxed);
}

static struct kept **bucket_of(const uint8_t *local)
{
	return &buckets[((uintptr_t)local >> FATHOM_PAGE_SHIFT) % BUCKETS];
}

static bool is_kept(const uint8_t *local)
{
	const struct kept *kept = *bucket_of(local);

	while (kept && kept->local != local)
		kept = kept->next;
	return kept;
}

static struct kept *new_kept(void)
{
	struct kept *kept = spare;

	if (!kept)
		return fathom_secret_alloc(sizeof(*kept));
	spare = kept->next;
	spare_count--;
	return kept;
}

static void release(struct kept *kept)
{
	if (spare_count == MAX_SPARE) {
		fathom_secret_free(kept, sizeof(*kept));
		return;
	}
	kept->next = spare;
	spare = kept;
	spare_count++;
}

static bool keep_page(uint8_t *local)
{
	struct kept **bucket = bucket_of(local);
	struct kept *kept;

	if (is_kept(local))
		return true;
	kept = count < MAX_KEPT ? new_kept() : NULL;
	if (!kept)
		return false;
	kept->local = local;
	memcpy(kept->bytes, local, sizeof(kept->bytes));
	kept->next = *bucket;
	*bucket = kept;
	count++;
	return true;
}

/* With @write, they become again what they were. */
static void empty(bool write)
{
	size_t i;

	for (i = 0; i < BUCKETS && count; i++) {
		while (buckets[i]) {
			struct kept *kept = buckets[i];

			/*
			 * A page that --max-memory has sent away comes back for
			 * this, uncounted until all leave again.
			 */
			if (write)
				memcpy(kept->local, kept->bytes,
				       sizeof(kept->bytes));
			buckets[i] = kept->next;
			release(kept);
			count--;
		}
	}
}

/* Pages of an epoch that has ended are nobody's any more. */
static bool is_of_this_epoch(void)
{
	return fathom_default &&
	       epoch == fathom_view_epoch(fathom_default->view);
}

bool fathom_undo_keep(uint64_t address, void *local, uint64_t size)
{
	uint8_t *first = (uint8_t *)local - (address - page_of(address));
	uint64_t pages = (page_of(address + size - 1) - page_of(address)) /
			 FATHOM_PAGE_SIZE;
	struct recent *entry = recent_of(address);
	uint64_t now = atomic_load(&generation);
	bool ok = true;
	uint64_t i;

	if (!marked)
		return true;
	fathom_thread_enter();
	if (!is_of_this_epoch()) {
		empty(false);
		epoch = fathom_view_epoch(fathom_default->view);
	}
	for (i = 0; i <= pages && ok; i++)
		ok = keep_page(first + i * FATHOM_PAGE_SIZE);
	fathom_thread_leave();
	if (ok)
		*entry = (struct recent){now, page_of(address),
					 (uintptr_t)local - address};
	return ok;
}

/* No refresh comes in between. */
static void begin_anew(bool write)
{
	if (!count)
		return;
	fathom_thread_enter();
	empty(write && is_of_this_epoch());
	fathom_thread_leave();
	fathom_undo_forget();
}

void fathom_mark_writes(void)
{
	begin_anew(false);
	marked = true;
}

void fathom_discard_writes(void)
{
	begin_anew(true);
	marked = false;
}

void fathom_undo_thread_end(void)
{
	empty(false);
	while (spare) {
		struct kept *kept = spare;

		spare = kept->next;
		fathom_secret_free(kept, sizeof(*kept));
	}
	spare_count = 0;
}
