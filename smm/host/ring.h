/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * One end of a ring of bytes: one writes, another reads, neither locks nor
 * waits. The other end's index is loaded once for each call and checked: it can
 * make us see bytes that are nonsense, or none, and nothing else.
 */
#ifndef FATHOM_HOST_RING_H
#define FATHOM_HOST_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ring_layout.h"

/** One side's end; which, is up to which of the functions it calls. */
struct ring {
	struct ring_index *written;
	struct ring_index *read;
	uint8_t *data;
	uint32_t capacity; /* a power of two */
	uint32_t index;	   /* our own: nobody else can change it */
};

/**
 * Put what there is room for into the ring.
 *
 * @param[out] done Bytes of @p data that went in; 0 if the ring is full.
 * @return False if the reader's index cannot be.
 */
bool ring_write(struct ring *ring, const void *data, size_t size, size_t *done);

/**
 * Take what there is, at most @p size bytes.
 *
 * @param[out] done Bytes that came; 0 if the ring is empty.
 * @return False if the writer's index cannot be.
 */
bool ring_read(struct ring *ring, void *data, size_t size, size_t *done);

#endif /* FATHOM_HOST_RING_H */
