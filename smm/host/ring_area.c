/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The shared memory as a whole: see ring_area.h. */
#include "ring_area.h"

#include <errno.h>
#include <sys/random.h>

#include "ring_bell.h"

static struct fathom_error *impossible(void)
{
	return fathom_error_create(
		FATHOM_ERROR_PROTOCOL,
		"the shared memory's header describes an impossible layout");
}

static uint32_t stride_of(uint32_t request_capacity, uint32_t reply_capacity)
{
	return RING_PAGE + request_capacity + reply_capacity;
}

size_t ring_area_size(uint32_t slots)
{
	return RING_PAGE + (size_t)slots * stride_of(RING_REQUEST_CAPACITY,
						     RING_REPLY_CAPACITY);
}

struct ring_slot *ring_area_slot(const struct ring_area *area, uint32_t number)
{
	return (struct ring_slot *)((uint8_t *)area->header + RING_PAGE +
				    (size_t)number * area->stride);
}

struct ring ring_area_requests(const struct ring_area *area,
			       struct ring_slot *slot)
{
	return (struct ring){
		.written = &slot->request_written,
		.read = &slot->request_read,
		.data = (uint8_t *)slot + RING_PAGE,
		.capacity = area->request_capacity,
	};
}

struct ring ring_area_replies(const struct ring_area *area,
			      struct ring_slot *slot)
{
	return (struct ring){
		.written = &slot->reply_written,
		.read = &slot->reply_read,
		.data = (uint8_t *)slot + RING_PAGE + area->request_capacity,
		.capacity = area->reply_capacity,
	};
}

static bool is_capacity(uint32_t capacity)
{
	return capacity >= RING_MIN_CAPACITY && capacity <= RING_MAX_CAPACITY &&
	       !(capacity & (capacity - 1));
}

static bool possible(const struct ring_area *area, size_t size)
{
	return area->slots && area->slots <= RING_MAX_SLOTS &&
	       is_capacity(area->request_capacity) &&
	       is_capacity(area->reply_capacity) &&
	       area->stride == stride_of(area->request_capacity,
					 area->reply_capacity) &&
	       size >= RING_PAGE &&
	       area->stride <= (size - RING_PAGE) / area->slots;
}

struct fathom_error *ring_area_attach(struct ring_area *area, void *memory,
				      size_t size)
{
	struct ring_header *header = memory;

	if (size < RING_PAGE || atomic_load(&header->magic) != RING_MAGIC)
		return fathom_error_create(
			FATHOM_ERROR_TARGET,
			"nobody has ever served there: is fathom-relay, or fathom agent, running?");
	if (atomic_load(&header->version) != RING_VERSION)
		return fathom_error_create(
			FATHOM_ERROR_PROTOCOL,
			"the shared memory is of an unknown version");
	*area = (struct ring_area){
		.header = header,
		.slots = atomic_load(&header->slots),
		.stride = atomic_load(&header->stride),
		.request_capacity = atomic_load(&header->request_capacity),
		.reply_capacity = atomic_load(&header->reply_capacity),
		.generation = atomic_load(&header->generation),
	};
	return possible(area, size) ? NULL : impossible();
}

/* Page by page what matters: the rings' data do not. */
static void clear_slots(const struct ring_area *area)
{
	uint32_t i;

	for (i = 0; i < area->slots; i++) {
		struct ring_slot *slot = ring_area_slot(area, i);

		atomic_store(&slot->owner, 0);
		atomic_store(&slot->opened, 0);
		atomic_store(&slot->accepted, 0);
		ring_bell_ring(&slot->bell);
	}
}

static void announce(const struct ring_area *area)
{
	struct ring_header *header = area->header;

	atomic_store(&header->version, RING_VERSION);
	atomic_store(&header->slots, area->slots);
	atomic_store(&header->stride, area->stride);
	atomic_store(&header->request_capacity, area->request_capacity);
	atomic_store(&header->reply_capacity, area->reply_capacity);
	atomic_store(&header->state, RING_SERVING);
	atomic_store(&header->magic, RING_MAGIC);
}

struct fathom_error *ring_area_format(struct ring_area *area, void *memory,
				      size_t size, uint32_t slots)
{
	uint32_t stride = stride_of(RING_REQUEST_CAPACITY, RING_REPLY_CAPACITY);
	size_t room = size > RING_PAGE ? (size - RING_PAGE) / stride : 0;

	if (!room)
		return fathom_error_create(
			FATHOM_ERROR_INVALID_ARGUMENT,
			"%zu bytes of shared memory, where %zu are the least",
			size, ring_area_size(1));
	*area = (struct ring_area){
		.header = memory,
		.slots = room < slots ? (uint32_t)room : slots,
		.stride = stride,
		.request_capacity = RING_REQUEST_CAPACITY,
		.reply_capacity = RING_REPLY_CAPACITY,
	};
	if (getrandom(&area->generation, sizeof(area->generation), 0) !=
	    sizeof(area->generation))
		return fathom_error_os(errno, "no random number");
	atomic_store(&area->header->magic, 0);
	/* First, so that whoever loses its place knows why. */
	atomic_store(&area->header->generation, area->generation);
	clear_slots(area);
	announce(area);
	return NULL;
}
