/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Physical memory in files: see segments.h. */
#include "segments.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emulator.h"

static struct fathom_error *no_memory(void)
{
	return fathom_error_create(FATHOM_ERROR_NO_MEMORY, "out of memory");
}

static struct fathom_error *grow(struct segments *segments)
{
	size_t capacity = segments->capacity ? 2 * segments->capacity : 16;
	struct segment *list;

	if (segments->count < segments->capacity)
		return NULL;
	if (segments->count >= EMULATOR_MAX_RANGES)
		return fathom_error_create(FATHOM_ERROR_LIMIT,
					   "more than %u ranges of memory",
					   EMULATOR_MAX_RANGES);
	list = reallocarray(segments->list, capacity, sizeof(*list));
	if (!list)
		return no_memory();
	segments->list = list;
	segments->capacity = capacity;
	return NULL;
}

struct fathom_error *segments_add(struct segments *segments,
				  const struct segment *segment)
{
	struct fathom_error *error;

	if (!segment->size)
		return NULL;
	if (segment->size > UINT64_MAX - segment->start ||
	    segment->size > INT64_MAX ||
	    segment->offset > INT64_MAX - segment->size)
		return fathom_error_create(FATHOM_ERROR_FORMAT,
					   "a memory range of 0x%" PRIx64
					   " bytes at 0x%" PRIx64
					   " is impossible",
					   segment->size, segment->start);
	error = grow(segments);
	if (error)
		return error;
	segments->list[segments->count++] = *segment;
	return NULL;
}

static int compare_start(const void *a, const void *b)
{
	const struct segment *left = a;
	const struct segment *right = b;

	return (left->start > right->start) - (left->start < right->start);
}

static uint64_t segment_end(const struct segment *segment)
{
	return segment->start + segment->size;
}

/* Cut from each piece what the ones before it have. */
static void cut_overlaps(struct segments *segments)
{
	size_t kept = 0;
	uint64_t end = 0;
	size_t i;

	for (i = 0; i < segments->count; i++) {
		struct segment segment = segments->list[i];

		if (segment_end(&segment) <= end)
			continue;
		if (segment.start < end) {
			uint64_t cut = end - segment.start;

			segment.start += cut;
			segment.offset += cut;
			segment.size -= cut;
		}
		end = segment_end(&segment);
		segments->list[kept++] = segment;
	}
	segments->count = kept;
}

static uint32_t merge_ranges(const struct segments *segments,
			     struct fathom_wire_range *ranges)
{
	uint32_t count = 0;
	size_t i;

	for (i = 0; i < segments->count; i++) {
		const struct segment *segment = &segments->list[i];

		if (count && ranges[count - 1].start + ranges[count - 1].size ==
				     segment->start) {
			ranges[count - 1].size += segment->size;
			continue;
		}
		ranges[count].start = segment->start;
		ranges[count].size = segment->size;
		count++;
	}
	return count;
}

struct fathom_error *segments_finish(struct segments *segments,
				     struct fathom_wire_range **ranges,
				     uint32_t *count)
{
	struct fathom_wire_range *list;

	if (segments->count)
		qsort(segments->list, segments->count, sizeof(*segments->list),
		      compare_start);
	cut_overlaps(segments);
	if (!segments->count)
		return fathom_error_create(FATHOM_ERROR_FORMAT,
					   "there is no memory in it");
	list = calloc(segments->count, sizeof(*list));
	if (!list)
		return no_memory();
	*count = merge_ranges(segments, list);
	*ranges = list;
	return NULL;
}

/* The piece that holds @address, or NULL. */
static const struct segment *find(const struct segments *segments,
				  uint64_t address)
{
	size_t low = 0;
	size_t high = segments->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (segment_end(&segments->list[middle]) > address)
			high = middle;
		else
			low = middle + 1;
	}
	if (low == segments->count || segments->list[low].start > address)
		return NULL;
	return &segments->list[low];
}

/*
 * pread() rather than a mapping: a file that is cut short under our hands is
 * an error here and a deadly SIGBUS there, and reading a hole in it does not
 * allocate memory.
 */
static struct fathom_error *read_file(int fd, uint64_t offset, uint8_t *buffer,
				      size_t size)
{
	while (size) {
		ssize_t got = pread(fd, buffer, size, (off_t)offset);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return fathom_error_os(
				errno, "cannot read at file offset 0x%" PRIx64,
				offset);
		if (got == 0)
			return fathom_error_create(
				FATHOM_ERROR_TARGET,
				"the file has become shorter: nothing at file offset 0x%" PRIx64,
				offset);
		buffer += got;
		offset += (uint64_t)got;
		size -= (size_t)got;
	}
	return NULL;
}

struct fathom_error *segments_read(const struct segments *segments,
				   uint64_t address, void *buffer, size_t size,
				   bool *missing)
{
	uint8_t *next = buffer;

	while (size) {
		const struct segment *segment = find(segments, address);
		struct fathom_error *error;
		uint64_t skip;
		size_t part = size;

		if (!segment) {
			*missing = true;
			return NULL;
		}
		skip = address - segment->start;
		if (part > segment->size - skip)
			part = segment->size - skip;
		error = read_file(segment->fd, segment->offset + skip, next,
				  part);
		if (error)
			return error;
		next += part;
		address += part;
		size -= part;
	}
	return NULL;
}

uint64_t segments_next_data(const struct segments *segments, uint64_t address)
{
	const struct segment *segment = find(segments, address);
	uint64_t offset;
	off_t data;

	if (!segment)
		return address;
	offset = segment->offset + (address - segment->start);
	data = lseek(segment->fd, (off_t)offset, SEEK_DATA);
	if (data < 0)
		return errno == ENXIO ? segment_end(segment) : address;
	if ((uint64_t)data <= offset)
		return address;
	if ((uint64_t)data - segment->offset >= segment->size)
		return segment_end(segment);
	return segment->start + ((uint64_t)data - segment->offset);
}

bool segments_locate(const struct segments *segments, uint64_t address,
		     uint64_t size, int *fd, uint64_t *offset)
{
	const struct segment *segment = find(segments, address);

	if (!segment || size > segment_end(segment) - address)
		return false;
	*fd = segment->fd;
	*offset = segment->offset + (address - segment->start);
	return true;
}

void segments_clear(struct segments *segments)
{
	free(segments->list);
	memset(segments, 0, sizeof(*segments));
}
