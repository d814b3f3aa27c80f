/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Physical memory that lies in files, piece by piece.
 */
#ifndef FATHOM_HOST_SEGMENTS_H
#define FATHOM_HOST_SEGMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <fathom/error.h>
#include <fathom/wire.h>

struct segment {
	uint64_t start; /* physical */
	uint64_t size;
	uint64_t offset; /* in the file */
	int fd;		 /* not owned */
};

/** Zero-initialised, then filled, then finished, then read. */
struct segments {
	struct segment *list;
	size_t count;
	size_t capacity;
};

/** Add a piece. An empty one is left out; one that wraps is an error. */
struct fathom_error *segments_add(struct segments *segments,
				  const struct segment *segment);

/**
 * Sort the pieces and cut overlaps, so that each address is at one place.
 *
 * @param[out] ranges,count The RAM they make up, for the caller to free.
 */
struct fathom_error *segments_finish(struct segments *segments,
				     struct fathom_wire_range **ranges,
				     uint32_t *count);

/** @p missing is set if the bytes are in no piece. */
struct fathom_error *segments_read(const struct segments *segments,
				   uint64_t address, void *buffer, size_t size,
				   bool *missing);

/**
 * The lowest address in the piece of @p address, not below it, that is no
 * hole of the file: a guest's RAM file is sparse, and reading holes is slow.
 * The piece's end if there is none; @p address when that cannot be told.
 */
uint64_t segments_next_data(const struct segments *segments, uint64_t address);

/**
 * Where @p size bytes at @p address stand in a file, if they are in one piece.
 *
 * @param[out] fd Not to be closed.
 * @param[out] offset In that file.
 */
bool segments_locate(const struct segments *segments, uint64_t address,
		     uint64_t size, int *fd, uint64_t *offset);

void segments_clear(struct segments *segments);

#endif /* FATHOM_HOST_SEGMENTS_H */
