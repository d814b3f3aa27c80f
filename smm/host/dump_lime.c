/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * LiME dumps: a header and its memory, repeated (LiME's lime.h, struct
 * lime_mem_range_header; lime_format "lime", version 1).
 */
#include "dump.h"

#include <inttypes.h>

#define LIME_MAGIC   0x4c694d45u
#define LIME_VERSION 1u

struct lime_header {
	uint32_t magic;
	uint32_t version;
	uint64_t start;
	uint64_t last; /* inclusive */
	uint8_t reserved[8];
};

static struct fathom_error *check_header(const struct lime_header *header,
					 uint64_t offset)
{
	if (header->magic != LIME_MAGIC)
		return fathom_error_create(
			FATHOM_ERROR_FORMAT,
			"no LiME header at file offset 0x%" PRIx64
			", where one is due",
			offset);
	if (header->version != LIME_VERSION)
		return fathom_error_create(FATHOM_ERROR_UNSUPPORTED,
					   "LiME version %" PRIu32
					   " at file offset 0x%" PRIx64
					   " is unknown",
					   header->version, offset);
	if (header->last < header->start ||
	    header->last - header->start >= INT64_MAX)
		return fathom_error_create(
			FATHOM_ERROR_FORMAT,
			"the LiME range at file offset 0x%" PRIx64
			" runs from 0x%" PRIx64 " to 0x%" PRIx64,
			offset, header->start, header->last);
	return NULL;
}

/* Read one header; sets *offset to the next. */
static struct fathom_error *add_range(const struct dump_file *file,
				      struct segments *segments,
				      uint64_t *offset)
{
	struct segment segment = {.fd = file->fd};
	struct lime_header header;
	struct fathom_error *error;

	error = dump_read_at(file, *offset, &header, sizeof(header),
			     "a LiME header");
	if (!error)
		error = check_header(&header, *offset);
	if (error)
		return error;
	segment.start = header.start;
	segment.size = header.last - header.start + 1;
	segment.offset = *offset + sizeof(header);
	if (segment.size > file->size - segment.offset)
		return fathom_error_create(
			FATHOM_ERROR_FORMAT,
			"truncated: the LiME range at file offset 0x%" PRIx64
			" promises 0x%" PRIx64 " bytes, 0x%" PRIx64 " follow",
			*offset, segment.size, file->size - segment.offset);
	*offset = segment.offset + segment.size;
	return segments_add(segments, &segment);
}

struct fathom_error *dump_open_lime(const struct dump_file *file,
				    struct emulator_source **ret)
{
	struct fathom_error *error;
	struct file_dump *dump;
	uint64_t offset = 0;

	error = file_dump_create(file, &dump);
	if (error)
		return error;
	while (!error && offset < file->size)
		error = add_range(file, &dump->segments, &offset);
	if (!error)
		error = segments_finish(&dump->segments, &dump->source.ranges,
					&dump->source.range_count);
	if (error) {
		dump->fd = -1;
		emulator_source_destroy(&dump->source);
		return error;
	}
	*ret = &dump->source;
	return NULL;
}
