/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Raw dumps: the file offset is the physical address. */
#include "dump.h"

#include <inttypes.h>

#define PAGE_SIZE 4096u

struct fathom_error *dump_open_raw(const struct dump_file *file,
				   struct emulator_source **ret)
{
	struct segment all = {.size = file->size, .fd = file->fd};
	struct fathom_error *error;
	struct file_dump *dump;

	if (file->size % PAGE_SIZE)
		return fathom_error_create(
			FATHOM_ERROR_FORMAT,
			"neither ELF, kdump nor LiME, and its size of %" PRIu64
			" bytes is no multiple of %u as that of raw memory is",
			file->size, PAGE_SIZE);
	error = file_dump_create(file, &dump);
	if (error)
		return error;
	error = segments_add(&dump->segments, &all);
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
