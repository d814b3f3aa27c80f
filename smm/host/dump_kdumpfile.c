/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* kdump files, compressed and filtered, through libkdumpfile. */
#include "dump.h"
#include "kdump_headers.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <libkdumpfile/kdumpfile.h>

#define PAGE_SIZE 4096u

struct kdump_source {
	struct emulator_source source;
	char *path;
	int fd;
	uint64_t size; /* of the file */
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

/* The library takes what is behind a file's end for zeroes. */
static struct fathom_error *kdump_source_alive(struct emulator_source *base)
{
	struct kdump_source *source = (struct kdump_source *)base;
	struct stat status;

	if (!fstat(source->fd, &status) &&
	    (uint64_t)status.st_size >= source->size)
		return NULL;
	return fathom_error_create(FATHOM_ERROR_TARGET,
				   "%s: the file has become shorter",
				   source->path);
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
	.alive = kdump_source_alive,
	.destroy = kdump_source_destroy,
};

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

static struct fathom_error *open_library(struct kdump_source *source,
					 const struct dump_file *file)
{
	source->context = kdump_new();
	if (!source->context)
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "out of memory");
	/* A mapped file that is cut short kills with SIGBUS. */
	if (kdump_set_number_attr(source->context, KDUMP_ATTR_FILE_MMAP_POLICY,
				  KDUMP_MMAP_NEVER))
		return library_error(source->context,
				     "libkdumpfile insists on mapping it");
	if (kdump_open_fd(source->context, file->fd))
		return library_error(source->context,
				     "libkdumpfile cannot open it");
	/*
	 * The library distrusts QEMU's header, which names the machine but no
	 * operating system: tell it.
	 */
	if (kdump_set_string_attr(source->context, KDUMP_ATTR_ARCH_NAME,
				  KDUMP_ARCH_X86_64))
		return library_error(source->context,
				     "libkdumpfile does not know x86_64");
	return NULL;
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
	source->size = file->size;
	/* The headers first: what is broken in them is told exactly here. */
	error = kdump_check_headers(file, &source->source);
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
