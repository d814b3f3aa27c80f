/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * The headers of a kdump file (makedumpfile's diskdump_mod.h and
 * IMPLEMENTATION): a header, a sub-header, two bitmaps of page frames (those
 * that are RAM, and those in the file), a descriptor of each page in the file,
 * the pages.
 */
#include "kdump_headers.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE		 4096u
#define UTSNAME_MACHINE		 4
#define MACHINE			 "x86_64"
#define FIRST_VERSION_WITH_NOTES 4

/* Descriptors looked at: pages are mostly written in their order. */
#define LAST_PAGES 512u

struct kdump_header {
	char signature[8];
	int32_t version;
	char utsname[6][65];
	uint8_t pad[6];
	int64_t time[2];
	uint32_t status;
	uint32_t block_size;
	uint32_t sub_header_blocks;
	uint32_t bitmap_blocks;
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
struct kdump_page {
	uint64_t offset;
	uint32_t size;
	uint32_t flags;
	uint64_t page_flags;
};

static struct fathom_error *read_header(const struct dump_file *file,
					struct kdump_header *header)
{
	struct fathom_error *error;
	const char *machine;

	error = dump_read_at(file, 0, header, sizeof(*header),
			     "the kdump header");
	if (error)
		return error;
	machine = header->utsname[UTSNAME_MACHINE];
	if (strncmp(machine, MACHINE, sizeof(header->utsname[0])) != 0)
		return fathom_error_create(
			FATHOM_ERROR_UNSUPPORTED,
			"a kdump file of architecture \"%.*s\", not " MACHINE,
			(int)strnlen(machine, sizeof(header->utsname[0])),
			machine);
	if (header->block_size != BLOCK_SIZE)
		return fathom_error_create(FATHOM_ERROR_FORMAT,
					   "blocks of %" PRIu32
					   " bytes instead of %u",
					   header->block_size, BLOCK_SIZE);
	return NULL;
}

static struct fathom_error *load_cpus(const struct dump_file *file,
				      const struct kdump_header *header,
				      struct emulator_source *source)
{
	struct kdump_sub_header sub;
	struct fathom_error *error;
	void *notes;

	if (header->version < FIRST_VERSION_WITH_NOTES)
		return NULL;
	error = dump_read_at(file, BLOCK_SIZE, &sub, sizeof(sub),
			     "the kdump sub-header");
	if (error || !sub.notes_size)
		return error;
	if (sub.notes_size > DUMP_MAX_NOTES)
		return fathom_error_create(FATHOM_ERROR_LIMIT,
					   "ELF notes of 0x%" PRIx64 " bytes",
					   sub.notes_size);
	notes = malloc(sub.notes_size);
	if (!notes)
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "out of memory");
	error = dump_read_at(file, sub.notes_offset, notes, sub.notes_size,
			     "the ELF notes");
	if (!error)
		error = dump_notes_cpus(notes, sub.notes_size, &source->cpus,
					&source->cpu_count);
	free(notes);
	return error;
}

/* How many pages the second bitmap says are in the file. */
static struct fathom_error *count_pages(const struct dump_file *file,
					uint64_t bitmap, uint64_t size,
					uint64_t *count)
{
	uint64_t words[BLOCK_SIZE / sizeof(uint64_t)];
	uint64_t done;
	size_t i;

	*count = 0;
	for (done = 0; done < size; done += sizeof(words)) {
		struct fathom_error *error;

		error = dump_read_at(file, bitmap + done, words, sizeof(words),
				     "the bitmap of pages");
		if (error)
			return error;
		for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			*count += (uint64_t)__builtin_popcountll(words[i]);
	}
	return NULL;
}

static struct fathom_error *check_page(const struct dump_file *file,
				       const struct kdump_page *page,
				       uint64_t index)
{
	if (page->offset <= file->size &&
	    page->size <= file->size - page->offset)
		return NULL;
	return fathom_error_create(FATHOM_ERROR_FORMAT,
				   "truncated: page %" PRIu64 " has 0x%" PRIx32
				   " bytes at file offset 0x%" PRIx64
				   ", the file has 0x%" PRIx64,
				   index, page->size, page->offset, file->size);
}

/* Read beyond the end, the library would blame the compression. */
static struct fathom_error *check_pages(const struct dump_file *file,
					uint64_t table, uint64_t count)
{
	uint64_t first = count > LAST_PAGES ? count - LAST_PAGES : 0;
	uint64_t i;

	for (i = first; i < count; i++) {
		struct kdump_page page;
		struct fathom_error *error;

		error = dump_read_at(file, table + i * sizeof(page), &page,
				     sizeof(page), "a page's descriptor");
		if (!error)
			error = check_page(file, &page, i);
		if (error)
			return error;
	}
	return NULL;
}

/* Block numbers have 32 bits: no offset here can wrap. */
static struct fathom_error *check_complete(const struct dump_file *file,
					   const struct kdump_header *header)
{
	uint64_t bitmaps =
		(1 + (uint64_t)header->sub_header_blocks) * BLOCK_SIZE;
	uint64_t size = (uint64_t)header->bitmap_blocks * BLOCK_SIZE;
	uint64_t half = (uint64_t)(header->bitmap_blocks / 2) * BLOCK_SIZE;
	struct fathom_error *error;
	uint64_t count;

	error = count_pages(file, bitmaps + half, size - half, &count);
	if (error)
		return error;
	return check_pages(file, bitmaps + size, count);
}

struct fathom_error *kdump_check_headers(const struct dump_file *file,
					 struct emulator_source *source)
{
	struct kdump_header header;
	struct fathom_error *error;

	error = read_header(file, &header);
	if (!error)
		error = check_complete(file, &header);
	if (!error)
		error = load_cpus(file, &header, source);
	return error;
}
