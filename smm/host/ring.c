/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A ring of bytes: see ring.h. */
#include "ring.h"

#include <string.h>

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Bytes from @index on before the data begin anew. */
static size_t until_end(const struct ring *ring)
{
	return ring->capacity - (ring->index & (ring->capacity - 1));
}

static uint8_t *place(const struct ring *ring)
{
	return ring->data + (ring->index & (ring->capacity - 1));
}

bool ring_write(struct ring *ring, const void *data, size_t size, size_t *done)
{
	uint32_t read =
		atomic_load_explicit(&ring->read->bytes, memory_order_acquire);
	uint32_t used = ring->index - read;
	size_t first;

	*done = 0;
	if (used > ring->capacity)
		return false;
	size = smaller(size, ring->capacity - used);
	if (!size)
		return true;
	first = smaller(size, until_end(ring));
	memcpy(place(ring), data, first);
	memcpy(ring->data, (const uint8_t *)data + first, size - first);
	ring->index += (uint32_t)size;
	atomic_store_explicit(&ring->written->bytes, ring->index,
			      memory_order_release);
	*done = size;
	return true;
}

bool ring_read(struct ring *ring, void *data, size_t size, size_t *done)
{
	uint32_t written = atomic_load_explicit(&ring->written->bytes,
						memory_order_acquire);
	uint32_t used = written - ring->index;
	size_t first;

	*done = 0;
	if (used > ring->capacity)
		return false;
	size = smaller(size, used);
	if (!size)
		return true;
	first = smaller(size, until_end(ring));
	memcpy(data, place(ring), first);
	memcpy((uint8_t *)data + first, ring->data, size - first);
	ring->index += (uint32_t)size;
	atomic_store_explicit(&ring->read->bytes, ring->index,
			      memory_order_release);
	*done = size;
	return true;
}
