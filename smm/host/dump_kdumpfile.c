/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* kdump files, compressed and filtered, through libkdumpfile. */
#include "dump.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libkdumpfile/kdumpfile.h>

#define PAGE_SIZE 4096u

struct kdump_source {
	struct emulator_source source;
	char *path;
	int fd;
	kdump_ctx_t *context;
};

static struct fathom_error *library_error(kdump_ctx_t *context,
					  const char *what)
{
	return fathom_error_create(FATHOM_ERROR_FORMAT, "%s: %s", what,
				   kdump_get_err(context));
}

static struct fathom_error *kdump_source_read(struct emulator_source *base,
					      uint64_t address, void *buffer,
					      size_t size, bool *missing)
{
	struct kdump_source *source = (struct kdump_source *)base;
	struct fathom_error *error;
	size_t length = size;
	kdump_status status;

	status = kdump_read(source->context, KDUMP_MACHPHYSADDR, address,
			    buffer, &length);
	if (status == KDUMP_OK && length == size)
		return NULL;
	/* A page that the dump's maker has left out is the usual case. */
	if (status == KDUMP_OK || status == KDUMP_ERR_NODATA) {
		kdump_clear_err(source->context);
		*missing = true;
		return NULL;
	}
	error = library_error(source->context, source->path);
	kdump_clear_err(source->context);
	return fathom_error_prefix(error, "cannot read physical 0x%" PRIx64,
				   address);
}

static void kdump_source_destroy(struct emulator_source *base)
{
	struct kdump_source *source = (struct kdump_source *)base;

	if (source->context)
		kdump_free(source->context);
	if (source->fd >= 0)
		close(source->fd);
	free(source->path);
	free(source);
}

static const struct emulator_source_ops kdump_source_ops = {
	.read = kdump_source_read,
	.destroy = kdump_source_destroy,
};

static struct fathom_error *check_architecture(kdump_ctx_t *context)
{
	const char *name;

	if (kdump_get_string_attr(context, KDUMP_ATTR_ARCH_NAME, &name))
		return library_error(context, "its architecture is unknown");
	if (strcmp(name, KDUMP_ARCH_X86_64))
		return fathom_error_create(
			FATHOM_ERROR_UNSUPPORTED,
			"a dump of architecture %s, not x86_64", name);
	return NULL;
}

/* Pages are the unit of the library's bitmap of what was RAM. */
static struct fathom_error *add_pages(struct segments *segments,
				      kdump_bmp_t *bitmap)
{
	kdump_addr_t next = 0;

	while (kdump_bmp_find_set(bitmap, &next) == KDUMP_OK) {
		kdump_addr_t end = next;
		struct fathom_error *error;
		struct segment segment;

		if (kdump_bmp_find_clear(bitmap, &end) != KDUMP_OK ||
		    end <= next || end > UINT64_MAX / PAGE_SIZE)
			return fathom_error_create(
				FATHOM_ERROR_FORMAT,
				"the bitmap of its pages is broken");
		segment = (struct segment){
			.start = next * PAGE_SIZE,
			.size = (end - next) * PAGE_SIZE,
		};
		error = segments_add(segments, &segment);
		if (error)
			return error;
		next = end;
	}
	return NULL;
}

static struct fathom_error *load_ranges(struct kdump_source *source)
{
	struct emulator_source *base = &source->source;
	struct segments segments = {0};
	struct fathom_error *error;
	kdump_attr_t attribute;

	attribute.type = KDUMP_BITMAP;
	if (kdump_get_attr(source->context, KDUMP_ATTR_MEMORY_PAGEMAP,
			   &attribute))
		return library_error(source->context,
				     "cannot tell which pages it has");
	error = add_pages(&segments, attribute.val.bitmap);
	if (!error)
		error = segments_finish(&segments, &base->ranges,
					&base->range_count);
	segments_clear(&segments);
	return error;
}

/*
 * Start of makedumpfile's diskdump_mod.h struct disk_dump_header and
 * kdump_sub_header, for the place of the ELF notes.
 */
struct kdump_header {
	char signature[8];
	int32_t version;
	char utsname[6][65];
	uint8_t pad[6];
	int64_t time[2];
	uint32_t status;
	int32_t block_size;
};
struct kdump_sub_header {
	uint64_t phys_base;
	int32_t dump_level;
	int32_t split;
	uint64_t start_pfn;
	uint64_t end_pfn;
	uint64_t vmcoreinfo_offset;
	uint64_t vmcoreinfo_size;
	uint64_t notes_offset; /* since header version 4 */
	uint64_t notes_size;
};
#define FIRST_VERSION_WITH_NOTES 4

static struct fathom_error *find_notes(const struct dump_file *file,
				       uint64_t *offset, uint64_t *size)
{
	struct kdump_sub_header sub;
	struct kdump_header header;
	struct fathom_error *error;

	*size = 0;
	error = dump_read_at(file, 0, &header, sizeof(header),
			     "the kdump header");
	if (error || header.version < FIRST_VERSION_WITH_NOTES)
		return error;
	if (header.block_size != PAGE_SIZE)
		return fathom_error_create(FATHOM_ERROR_FORMAT,
					   "blocks of %" PRId32
					   " bytes instead of %u",
					   header.block_size, PAGE_SIZE);
	error = dump_read_at(file, PAGE_SIZE, &sub, sizeof(sub),
			     "the kdump sub-header");
	if (error)
		return error;
	*offset = sub.notes_offset;
	*size = sub.notes_size;
	return NULL;
}

static struct fathom_error *load_cpus(const struct dump_file *file,
				      struct emulator_source *base)
{
	struct fathom_error *error;
	uint64_t offset;
	uint64_t size;
	void *notes;

	error = find_notes(file, &offset, &size);
	if (error || !size)
		return error;
	if (size > DUMP_MAX_NOTES)
		return fathom_error_create(FATHOM_ERROR_LIMIT,
					   "ELF notes of 0x%" PRIx64 " bytes",
					   size);
	notes = malloc(size);
	if (!notes)
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "out of memory");
	error = dump_read_at(file, offset, notes, size, "the ELF notes");
	if (!error)
		error = dump_notes_cpus(notes, size, &base->cpus,
					&base->cpu_count);
	free(notes);
	return error;
}

static struct fathom_error *open_library(struct kdump_source *source,
					 const struct dump_file *file)
{
	source->context = kdump_new();
	if (!source->context)
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "out of memory");
	if (kdump_open_fd(source->context, file->fd))
		return library_error(source->context,
				     "libkdumpfile cannot open it");
	return check_architecture(source->context);
}

struct fathom_error *dump_open_kdumpfile(const struct dump_file *file,
					 struct emulator_source **ret)
{
	struct kdump_source *source = calloc(1, sizeof(*source));
	char *path = strdup(file->path);
	struct fathom_error *error;

	if (!source || !path) {
		free(source);
		free(path);
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "out of memory");
	}
	source->source.ops = &kdump_source_ops;
	source->path = path;
	source->fd = file->fd;
	/* The headers first: what is broken in them is told exactly here. */
	error = load_cpus(file, &source->source);
	if (!error)
		error = open_library(source, file);
	if (!error)
		error = load_ranges(source);
	if (error) {
		source->fd = -1;
		emulator_source_destroy(&source->source);
		return error;
	}
	*ret = &source->source;
	return NULL;
}
