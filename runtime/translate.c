/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * The slow path behind the inline TLB (abi.h), and accesses through pointers
 * that may be the program's own or the target's (access.h).
 */
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <fathom/abi.h>
#include <fathom/target.h>

#include "access.h"
#include "prefetch.h"
#include "private.h"
#include "raise.h"
#include "target_state.h"
#include "thread.h"
#include "time_limit.h"
#include "undo.h"
#include "view.h"

struct fathom_target *fathom_default;

fathom_u64 __fathom_loop_limit = 4194304;

/* ERR_PTR() values: the last 4095 addresses (include/linux/err.h). */
#define LOWEST_ERROR_POINTER (-4095ull)

/*
 * LIST_POISON1 and 2, and what members of an entry found through them are at
 * (include/linux/poison.h; CONFIG_ILLEGAL_POINTER_VALUE of x86-64).
 */
#define POISON_BASE  0xdead000000000000ull
#define POISON_REACH (1ull << 20)

enum fathom_fault_reason
fathom_target_refuses(const struct fathom_target *target, uint64_t address,
		      uint64_t size)
{
	if (address < FATHOM_PAGE_SIZE)
		return FATHOM_FAULT_NULL;
	if ((int64_t)address > 0 || FATHOM_IS_TAGGED(address))
		return FATHOM_FAULT_USER;
	if (address + POISON_REACH - POISON_BASE < 2 * POISON_REACH)
		return FATHOM_FAULT_POISON;
	if (address < target->kernel_lowest)
		return FATHOM_FAULT_NON_CANONICAL;
	if (address >= LOWEST_ERROR_POINTER)
		return FATHOM_FAULT_ERROR_POINTER;
	if (address + size - 1 < address)
		return FATHOM_FAULT_NON_CANONICAL;
	return FATHOM_FAULT_NONE;
}

static struct fathom_target *default_target(void)
{
	if (!fathom_default)
		fathom_die(FATHOM_EXIT_USAGE,
			   "memory of a target is read before any is open");
	return fathom_default;
}

static struct fathom_tlb_entry *entry_of(uint64_t address)
{
	return &__fathom_tlb[(address >> FATHOM_PAGE_SHIFT) & FATHOM_TLB_MASK];
}

static uint64_t page_of(uint64_t address)
{
	return address & ~(FATHOM_PAGE_SIZE - 1);
}

/* Another thread may empty the entry meanwhile: see fathom_threads_flush(). */
static bool holds(const struct fathom_tlb_entry *entry, uint64_t address)
{
	return __atomic_load_n(&entry->tag, __ATOMIC_RELAXED) ==
	       page_of(address);
}

/* The next access runs through the inline path. Own TLB, own lock held. */
static void remember(const struct fathom_span *span, uint64_t address)
{
	struct fathom_tlb_entry *entry = entry_of(address);

	if (!fathom_span_cacheable(span, address))
		return;
	entry->addend = (uintptr_t)fathom_span_local(span, address) - address;
	__atomic_store_n(&entry->tag, page_of(address), __ATOMIC_RELAXED);
}

/* An access that crosses into the next page, both pages being known. */
static const void *crossing_hit(uint64_t address, uint64_t size)
{
	uint64_t last = address + size - 1;
	const struct fathom_tlb_entry *first = entry_of(address);
	const struct fathom_tlb_entry *second = entry_of(last);

	if (size - 1 >= FATHOM_PAGE_SIZE || !holds(first, address) ||
	    !holds(second, last) || first->addend != second->addend)
		return NULL;
	return (const void *)(uintptr_t)(address + first->addend);
}

/* One access of a translation, and what became of it. */
struct attempt {
	const uint8_t *local;
	struct fathom_view_result result;
	const struct fathom_site *site; /* of what failed */
	uint64_t address;
	uint64_t size;
};

/* Fill what each site of a group stands for; gaps between need not be. */
static void fill_sites(struct fathom_target *target, struct fathom_span *span,
		       uint64_t address, uint64_t size, struct attempt *attempt)
{
	const struct fathom_site *sites = attempt->site;
	uint64_t i;

	for (i = 0; i <= sites->more; i++) {
		const struct fathom_site *site = &sites[i];

		attempt->site = site;
		attempt->address = address + site->offset;
		attempt->size = site->size;
		if (!site->size || site->offset >= size ||
		    site->size > size - site->offset)
			continue;
		attempt->result = fathom_view_fill(
			target->view, span, attempt->address, attempt->size);
		if (attempt->result.reason)
			return;
	}
}

/* When a page is missing, its neighbours in the program's way come with it. */
static void prefetch(struct fathom_target *target,
		     const struct fathom_span *span, uint64_t address,
		     uint64_t size, const struct fathom_site *sites)
{
	uint64_t at = address + sites->offset;

	if (sites->outline && fathom_span_lacks(span, address, size))
		fathom_prefetch(target->view, target->kernel_space,
				at - (uint64_t)(int64_t)sites->outline_offset,
				sites->outline, target->prefetch_pages);
}

static void try_access(struct fathom_target *target, uint64_t address,
		       uint64_t size, struct attempt *attempt)
{
	struct fathom_span *span;

	span = fathom_view_span(target->view, target->kernel_space, address,
				size, &attempt->result);
	if (!span)
		return;
	if (attempt->site)
		prefetch(target, span, address, size, attempt->site);
	if (attempt->site && attempt->site->more)
		fill_sites(target, span, address, size, attempt);
	else
		attempt->result =
			fathom_view_fill(target->view, span, address, size);
	if (attempt->result.reason)
		return;
	attempt->local = fathom_span_local(span, address);
	remember(span, address);
	if (page_of(address + size - 1) != page_of(address))
		remember(span, address + size - 1);
}

const void *__fathom_translate(fathom_u64 addr, fathom_u64 size,
			       const struct fathom_site *site)
{
	struct attempt attempt = {.site = site, .address = addr, .size = size};
	const void *local = crossing_hit(addr, size);
	struct fathom_target *target;
	enum fathom_fault_reason reason;

	if (local)
		return local;
	target = default_target();
	atomic_fetch_add_explicit(&target->slow_paths, 1, memory_order_relaxed);
	reason = fathom_time_is_over()
			 ? FATHOM_FAULT_TIME
			 : fathom_target_refuses(target, addr, size);
	if (reason)
		fathom_raise(reason, fathom_private_missing(addr), addr, size,
			     site);
	fathom_thread_enter();
	try_access(target, addr, size, &attempt);
	fathom_thread_leave();
	if (attempt.result.reason)
		fathom_raise(attempt.result.reason, attempt.result.message,
			     attempt.address, attempt.size, attempt.site);
	return attempt.local;
}

/* What the pass emits inline, for the runtime's own accesses. */
static const void *translate(uint64_t address, uint64_t size,
			     const struct fathom_site *site)
{
	const struct fathom_tlb_entry *entry = entry_of(address);

	/* A size of more than a page could wrap around to the same tag. */
	if (size <= FATHOM_PAGE_SIZE && holds(entry, address + size - 1))
		return (const void *)(uintptr_t)(address + entry->addend);
	return __fathom_translate(address, size, site);
}

const void *fathom_access(const void *ptr, size_t size,
			  const struct fathom_site *site)
{
	if (!size || fathom_is_local(ptr))
		return ptr;
	return translate((uintptr_t)ptr, size, site);
}

const void *fathom_access_run(const void *ptr, size_t max, size_t *length,
			      const struct fathom_site *site)
{
	uint64_t address = (uintptr_t)ptr;
	uint64_t chunk_rest =
		FATHOM_CHUNK_SIZE - (address & (FATHOM_CHUNK_SIZE - 1));
	struct fathom_view_result result;
	struct fathom_span *span;
	const uint8_t *local;

	*length = max;
	if (fathom_is_local(ptr))
		return ptr;
	/* The first byte must be there; it may well be the TLB's. */
	local = translate(address, 1, site);
	if (max <= fathom_page_rest(ptr))
		return local;
	if (max > chunk_rest)
		max = chunk_rest;
	if (max > fathom_view_longest(fathom_default->view))
		max = fathom_view_longest(fathom_default->view);
	*length = fathom_page_rest(ptr);
	fathom_thread_enter();
	span = fathom_view_span(fathom_default->view,
				fathom_default->kernel_space, address, max,
				&result);
	if (span) {
		result = fathom_view_fill(fathom_default->view, span, address,
					  max);
		*length = result.reason ? result.address - address : max;
		local = fathom_span_local(span, address);
	}
	fathom_thread_leave();
	return local;
}

void *__fathom_translate_write(fathom_u64 addr, fathom_u64 size,
			       const struct fathom_site *site)
{
	void *local = fathom_undo_find(addr, size);

	if (local)
		return local;
	/* What spans chunks is there twice: see struct fathom_span. */
	if (addr >> FATHOM_CHUNK_SHIFT !=
	    (addr + size - 1) >> FATHOM_CHUNK_SHIFT)
		fathom_raise(FATHOM_FAULT_NOT_LOCAL,
			     "write across the end of a gigabyte", addr, size,
			     site);
	local = (void *)(uintptr_t)translate(addr, size, site);
	if (!fathom_undo_keep(addr, local, size))
		fathom_raise(FATHOM_FAULT_VIEW_FULL,
			     "more is written to the view than can be taken "
			     "back",
			     addr, size, site);
	return local;
}

void __fathom_check_local(const void *ptr, const struct fathom_site *site)
{
	if (fathom_is_local(ptr))
		return;
	fathom_raise(ptr ? FATHOM_FAULT_NOT_LOCAL : FATHOM_FAULT_NULL, NULL,
		     (uintptr_t)ptr, 0, site);
}

void __fathom_loop_exceeded(const struct fathom_site *site)
{
	fathom_raise(FATHOM_FAULT_LOOP, NULL, 0, 0, site);
}
