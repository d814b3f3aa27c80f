/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The cached picture of the target's memory: see view.h. */
#include "view.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "client.h"
#include "epoch.h"
#include "thread.h"

/* Sequential readers get up to this many pages with one call. */
#define MAX_WINDOW 64u

/* As many are asked for at once as one reply has room for. */
#define MAX_PLACES (FATHOM_WIRE_MAX_REPLY / PAGE_SIZE)

struct fathom_view {
	struct fathom_client *client;
	uint64_t max_pages;
	uint64_t max_resident; /* 0: as many as there are */
	/* Changes only while all threads stand still. */
	struct fathom_epoch *current;
	struct fathom_epoch *previous;
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

static struct fathom_error *create_epoch(const struct fathom_view *view,
					 struct fathom_epoch **ret)
{
	return fathom_epoch_create(view->max_pages, view->max_resident, ret);
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
	error = create_epoch(view, &view->current);
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
	fathom_epoch_destroy(view->current);
	fathom_epoch_destroy(view->previous);
	pthread_mutex_destroy(&view->lock);
	free(view->agent_message);
	free(view);
}

struct fathom_error *fathom_view_limit_memory(struct fathom_view *view,
					      uint64_t bytes)
{
	struct fathom_error *error;
	struct fathom_epoch *epoch;

	if (bytes < FATHOM_VIEW_LEAST_MEMORY)
		return fathom_error_create(
			FATHOM_ERROR_INVALID_ARGUMENT,
			"--max-memory: %" PRIu64
			" bytes are too few; %llu is the least",
			bytes, FATHOM_VIEW_LEAST_MEMORY);
	view->max_resident = bytes / PAGE_SIZE;
	error = create_epoch(view, &epoch);
	if (error)
		return error;
	fathom_epoch_destroy(view->current);
	view->current = epoch;
	return NULL;
}

uint64_t fathom_view_longest(const struct fathom_view *view)
{
	if (!view->max_resident)
		return FATHOM_SPAN_CHUNKS * FATHOM_CHUNK_SIZE;
	return view->max_resident / 2 * PAGE_SIZE;
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
	struct fathom_epoch *epoch;

	error = create_epoch(view, &epoch);
	if (error)
		return error;
	if (view->max_resident)
		fathom_epoch_spill(view->current);
	fathom_epoch_destroy(view->previous);
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

/* Have @count pages fit into memory; false if they never do. */
static bool make_room(struct fathom_view *view, uint64_t count)
{
	struct fathom_epoch *epoch = view->current;

	if (!view->max_resident ||
	    epoch->resident + count <= view->max_resident)
		return true;
	view->pages_evicted += fathom_epoch_evict(epoch);
	/* Or else they would come back without our notice. */
	fathom_threads_try_flush();
	return epoch->resident + count <= view->max_resident;
}

/* Under the lock; NULL when the view is full. */
static struct fathom_span *add_span(struct fathom_view *view, uint64_t space,
				    uint64_t chunk, uint32_t chunks)
{
	struct fathom_epoch *epoch = view->current;
	struct fathom_span *span;

	span = fathom_epoch_find(epoch, space, chunk, chunks);
	if (span)
		return span;
	if (view->max_pages - epoch->pages < CHUNK_COST * chunks ||
	    MAX_MAPPINGS - epoch->mappings < CHUNK_MAPPINGS ||
	    !make_room(view, CHUNK_COST * chunks))
		return NULL;
	return fathom_epoch_add(epoch, space, chunk, chunks);
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
	span = fathom_epoch_find(view->current, space, chunk, (uint32_t)chunks);
	if (span)
		return span;
	pthread_mutex_lock(&view->lock);
	span = add_span(view, space, chunk, (uint32_t)chunks);
	pthread_mutex_unlock(&view->lock);
	if (!span)
		*result = full(view, address);
	return span;
}

/*
 * How many pages to ask for, from number @page of @space on, when @want are
 * needed: more when it looks as if the reader goes on.
 */
static uint64_t widen(struct fathom_view *view, uint64_t space, uint64_t page,
		      uint64_t want)
{
	if (view->window && view->expected_space == space &&
	    view->expected_page == page)
		view->window = view->window * 2 < MAX_WINDOW ? view->window * 2
							     : MAX_WINDOW;
	else
		view->window = 1;
	return want < view->window ? view->window : want;
}

/* So many are asked for: where a sequential reader goes on. */
static void expect(struct fathom_view *view, uint64_t space, uint64_t page,
		   uint64_t count)
{
	view->expected_space = space;
	view->expected_page = page + count;
}

/* The same of a span, and when those up to @last are needed: none is known. */
static uint64_t choose_count(struct fathom_view *view,
			     const struct fathom_span *span, uint64_t page,
			     uint64_t last)
{
	uint64_t number = page_address(span, page) >> FATHOM_PAGE_SHIFT;
	uint64_t want = widen(view, span->space, number, last - page + 1);
	uint64_t count;

	for (count = 1; count < want && page + count < CHUNK_PAGES; count++)
		if (state_of(span, page + count) != PAGE_ABSENT)
			break;
	expect(view, span->space, number, count);
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

/* Ask the agent for what goes to absent @page and the next ones of a span. */
static struct fathom_view_result fetch_run(struct fathom_view *view,
					   struct fathom_span *span,
					   uint64_t page, uint64_t count,
					   uint64_t space, uint64_t address)
{
	struct fathom_client_item item = {
		.space = space,
		.address = address,
		.buffer = span->local + page * PAGE_SIZE,
	};
	uint64_t room = view->max_pages - view->current->pages;
	struct fathom_error *error;
	uint64_t done;
	uint64_t i;

	if (count > room)
		count = room;
	if (!make_room(view, count))
		count = 1;
	if (!room || !make_room(view, count) ||
	    !fathom_epoch_use(view->current, span, page, count))
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

/* Ask the agent for absent @page, and what else is wise. */
static struct fathom_view_result fetch(struct fathom_view *view,
				       struct fathom_span *span, uint64_t page,
				       uint64_t last)
{
	return fetch_run(view, span, page, choose_count(view, span, page, last),
			 span->space, page_address(span, page));
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
	    !fathom_epoch_use(view->current, span, page, 1))
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
	const struct fathom_span *chunk = fathom_epoch_find(
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

/* --- Memory of processes ---------------------------------------------------
 */

/*
 * No compiled code goes there (fathom_target_refuses()), it is only copied out.
 * So its pages need not lie here as they do there: a mapping or two for each of
 * ten thousand processes is more than there are.
 */
static bool is_copied_out(uint64_t address)
{
	return !(address >> 63);
}

/* How many pages, from @number of @space on, can come to @place and so on. */
static uint64_t choose_places(struct fathom_view *view,
			      const struct fathom_span *span, uint64_t space,
			      uint64_t number, uint64_t place, uint64_t want)
{
	uint64_t count;
	uint64_t next;

	want = widen(view, space, number, want);
	if (want > MAX_PLACES)
		want = MAX_PLACES;
	for (count = 1; count < want && (place + count) % CHUNK_PAGES; count++)
		if (!fathom_epoch_place(view->current, space, number + count,
					&next) ||
		    next != place + count ||
		    state_of(span, next % CHUNK_PAGES) != PAGE_ABSENT)
			break;
	expect(view, space, number, count);
	return count;
}

/* Where page @number of @space is or will be, as page @ret of a span. */
static struct fathom_span *span_of_process(struct fathom_view *view,
					   uint64_t space, uint64_t number,
					   uint64_t *ret)
{
	uint64_t place;

	if (view->current->pages >= view->max_pages ||
	    !fathom_epoch_place(view->current, space, number, &place))
		return NULL;
	*ret = place;
	return add_span(view, PLACES_SPACE, place / CHUNK_PAGES, 1);
}

/*
 * Have page @number of @space, and perhaps some of the @want that are wanted
 * from there on. Under the lock.
 */
static struct fathom_view_result fill_process(struct fathom_view *view,
					      uint64_t space, uint64_t number,
					      uint64_t want,
					      const uint8_t **local)
{
	uint64_t address = number << FATHOM_PAGE_SHIFT;
	struct fathom_view_result result = {0};
	struct fathom_span *span;
	uint64_t place;
	uint64_t page;

	span = span_of_process(view, space, number, &place);
	if (!span)
		return full(view, address);
	page = place % CHUNK_PAGES;
	if (state_of(span, page) == PAGE_ABSENT)
		result = fetch_run(
			view, span, page,
			choose_places(view, span, space, number, place, want),
			space, address);
	else if (state_of(span, page) == PAGE_EVICTED)
		result = bring_back(view, span, page);
	if (!result.reason && state_of(span, page) != PAGE_PRESENT)
		result = failure(
			reason_of_status(state_of(span, page) - PAGE_BAD),
			address);
	*local = span->local + page * PAGE_SIZE;
	return result;
}

static struct fathom_view_result read_process(struct fathom_view *view,
					      uint64_t space, uint64_t address,
					      uint8_t *buffer, size_t size,
					      size_t *done)
{
	struct fathom_view_result result = {0};
	const uint8_t *local;

	pthread_mutex_lock(&view->lock);
	for (*done = 0; *done < size;) {
		uint64_t at = address + *done;
		uint64_t offset = at & (PAGE_SIZE - 1);
		uint64_t left = size - *done;
		uint64_t piece = left < PAGE_SIZE - offset ? left
							   : PAGE_SIZE - offset;

		result = fill_process(view, space, at >> FATHOM_PAGE_SHIFT,
				      (offset + left - 1) / PAGE_SIZE + 1,
				      &local);
		if (result.reason) {
			result.address = at;
			break;
		}
		memcpy(buffer + *done, local + offset, piece);
		*done += piece;
	}
	pthread_mutex_unlock(&view->lock);
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
	uint64_t page = header->address >> FATHOM_PAGE_SHIFT;
	struct fathom_span *span;

	if (!has_room_ahead(view))
		return;
	if (is_copied_out(header->address))
		span = span_of_process(view, header->space, page, &page);
	else
		span = add_span(view, header->space, page / CHUNK_PAGES, 1);
	if (!span)
		return;
	page %= CHUNK_PAGES;
	if (state_of(span, page) != PAGE_ABSENT || !make_room(view, 1) ||
	    !fathom_epoch_use(view->current, span, page, 1))
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

	if (is_copied_out(address))
		return read_process(view, space, address, buffer, size, done);
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
