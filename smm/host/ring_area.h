/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The shared memory as a whole: where its slots and their rings lie
 * (ring_layout.h).
 */
#ifndef FATHOM_HOST_RING_AREA_H
#define FATHOM_HOST_RING_AREA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <fathom/error.h>

#include "ring.h"
#include "ring_layout.h"

/** The rings that a relay makes, unless told otherwise. */
#define RING_REQUEST_CAPACITY (64u * 1024)
#define RING_REPLY_CAPACITY   (512u * 1024)

/** Shared memory, with what the header said when it was looked at. */
struct ring_area {
	struct ring_header *header;
	uint32_t slots;
	uint32_t stride;
	uint32_t request_capacity;
	uint32_t reply_capacity;
	uint64_t generation;
};

/** How much memory @p slots slots of common rings take, in bytes. */
size_t ring_area_size(uint32_t slots);

/**
 * The relay's side: lay out @p memory anew, and begin to serve. Whoever was
 * there before notices.
 *
 * @param[in] memory Mapped shared and writable; stays the caller's.
 * @param[in] size Bytes of it.
 * @param[in] slots At most so many, and what there is room for.
 */
struct fathom_error *ring_area_format(struct ring_area *area, void *memory,
				      size_t size, uint32_t slots);

/**
 * The side of an IDS: check the header and remember the layout.
 *
 * @return FATHOM_ERROR_TARGET if nobody has ever served there.
 */
struct fathom_error *ring_area_attach(struct ring_area *area, void *memory,
				      size_t size);

/** Slot @p number, below area->slots. */
struct ring_slot *ring_area_slot(const struct ring_area *area, uint32_t number);

/** The slot's rings, both ends at 0. */
struct ring ring_area_requests(const struct ring_area *area,
			       struct ring_slot *slot);
struct ring ring_area_replies(const struct ring_area *area,
			      struct ring_slot *slot);

#endif /* FATHOM_HOST_RING_AREA_H */
