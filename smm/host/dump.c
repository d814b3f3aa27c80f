/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Which format a memory dump has; what the formats share. */
#include "dump.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct fathom_error *dump_read_at(const struct dump_file *file, uint64_t offset,
				  void *buffer, size_t size, const char *what)
{
	uint8_t *next = buffer;

	if (offset > file->size || size > file->size - offset)
		return fathom_error_create(
			FATHOM_ERROR_FORMAT,
			"truncated: %s at file offset 0x%" PRIx64
			" needs 0x%zx bytes, the file has 0x%" PRIx64,
			what, offset, size, file->size);
	while (size) {
		ssize_t got = pread(file->fd, next, size, (off_t)offset);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return fathom_error_os(
				got ? errno : EIO,
				"cannot read %s at file offset 0x%" PRIx64,
				what, offset);
		next += got;
		offset += (uint64_t)got;
		size -= (size_t)got;
	}
	return NULL;
}

/* Longer reads are of whole pages, which others keep. */
#define MAX_LOOK 64u

/* NULL: it is not all there, or cannot be read. */
static const struct dump_page *look_into(struct file_dump *dump,
					 uint64_t address)
{
	uint64_t start = address & ~(uint64_t)(DUMP_PAGE_SIZE - 1);
	struct dump_page *page =
		&dump->pages[start / DUMP_PAGE_SIZE % DUMP_PAGES];
	struct fathom_error *error;
	bool missing = false;

	if (page->tag == (start | 1))
		return page;
	page->tag = 0;
	error = segments_read(&dump->segments, start, page->bytes,
			      DUMP_PAGE_SIZE, &missing);
	fathom_error_destroy(error);
	if (error || missing)
		return NULL;
	page->tag = start | 1;
	return page;
}

static struct fathom_error *file_dump_read(struct emulator_source *source,
					   uint64_t address, void *buffer,
					   size_t size, bool *missing)
{
	struct file_dump *dump = (struct file_dump *)source;
	size_t offset = address % DUMP_PAGE_SIZE;
	const struct dump_page *page = NULL;
	struct fathom_error *error;

	if (dump->pages && size <= MAX_LOOK && size <= DUMP_PAGE_SIZE - offset)
		page = look_into(dump, address);
	if (page) {
		memcpy(buffer, page->bytes + offset, size);
		return NULL;
	}
	error = segments_read(&dump->segments, address, buffer, size, missing);
	return error ? fathom_error_prefix(error, "%s", dump->path) : NULL;
}

static uint64_t file_dump_next_data(struct emulator_source *source,
				    uint64_t address)
{
	struct file_dump *dump = (struct file_dump *)source;

	return segments_next_data(&dump->segments, address);
}

/* Files of dumps do not change; one that is a guest's memory does. */
static void file_dump_forget(struct emulator_source *source)
{
	struct file_dump *dump = (struct file_dump *)source;
	size_t i;

	for (i = 0; dump->pages && i < DUMP_PAGES; i++)
		dump->pages[i].tag = 0;
}

static void file_dump_destroy(struct emulator_source *source)
{
	struct file_dump *dump = (struct file_dump *)source;

	segments_clear(&dump->segments);
	free(dump->pages);
	if (dump->fd >= 0)
		close(dump->fd);
	free(dump->path);
	free(dump);
}

static const struct emulator_source_ops file_dump_ops = {
	.read = file_dump_read,
	.next_data = file_dump_next_data,
	.forget = file_dump_forget,
	.destroy = file_dump_destroy,
};

struct fathom_error *file_dump_create(const struct dump_file *file,
				      struct file_dump **ret)
{
	struct file_dump *dump = calloc(1, sizeof(*dump));
	char *path = strdup(file->path);

	if (!dump || !path) {
		free(dump);
		free(path);
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "out of memory");
	}
	dump->source.ops = &file_dump_ops;
	dump->path = path;
	dump->fd = file->fd;
	/* Without them it takes longer. No secret: the file has it, too. */
	dump->pages = calloc(DUMP_PAGES, sizeof(*dump->pages));
	*ret = dump;
	return NULL;
}

typedef struct fathom_error *(*open_function)(const struct dump_file *file,
					      struct emulator_source **ret);

/*
 * By the first bytes. Those with a name but no function are known well enough
 * to tell the user what to do; without the remedy they would pass as raw.
 */
static const struct {
	const char *magic;
	size_t length;
	open_function open;
	const char *remedy;
} formats[] = {
	{"\177ELF", 4, dump_open_elf, NULL},
	{"EMiL", 4, dump_open_lime, NULL},
	{"KDUMP   ", 8, dump_open_kdumpfile, NULL},
	{"DISKDUMP", 8, dump_open_kdumpfile, NULL},
	{"makedumpfile", 12, NULL,
	 "a flattened kdump file; convert it with `makedumpfile -R NEWFILE < FILE`"},
	{"AVML", 4, NULL,
	 "a compressed AVML image; convert it with `avml-convert FILE NEWFILE`"},
	{"QFI\xfb", 4, NULL, "a QEMU disk image, not a memory dump"},
	{"QEVM", 4, NULL,
	 "a QEMU migration stream; use dump-guest-memory instead"},
	{"\x1f\x8b", 2, NULL, "compressed with gzip; decompress it first"},
	{"\xfd"
	 "7zXZ",
	 5, NULL, "compressed with xz; decompress it first"},
	{"\x28\xb5\x2f\xfd", 4, NULL,
	 "compressed with zstd; decompress it first"},
};

static struct fathom_error *open_source(const struct dump_file *file,
					struct emulator_source **ret)
{
	char magic[16] = {0};
	struct fathom_error *error;
	size_t i;

	if (!file->size)
		return fathom_error_create(FATHOM_ERROR_FORMAT,
					   "the file is empty");
	error = dump_read_at(file, 0, magic,
			     file->size < sizeof(magic) ? file->size
							: sizeof(magic),
			     "the first bytes");
	if (error)
		return error;
	for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (memcmp(magic, formats[i].magic, formats[i].length) != 0)
			continue;
		if (formats[i].open)
			return formats[i].open(file, ret);
		return fathom_error_create(FATHOM_ERROR_UNSUPPORTED, "%s",
					   formats[i].remedy);
	}
	return dump_open_raw(file, ret);
}

static const char *kind_of(mode_t mode)
{
	if (S_ISDIR(mode))
		return "a directory";
	if (S_ISCHR(mode) || S_ISBLK(mode))
		return "a device";
	if (S_ISFIFO(mode))
		return "a pipe";
	return "something special";
}

static struct fathom_error *open_file(struct dump_file *file)
{
	struct stat status;

	file->fd = open(file->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (file->fd < 0)
		return fathom_error_os(errno, "cannot open");
	if (fstat(file->fd, &status))
		return fathom_error_os(errno, "cannot examine");
	if (!S_ISREG(status.st_mode))
		return fathom_error_create(FATHOM_ERROR_FORMAT,
					   "%s, not a file of memory",
					   kind_of(status.st_mode));
	file->size = (uint64_t)status.st_size;
	return NULL;
}

struct fathom_error *fathom_emulator_open_dump(const char *path,
					       struct fathom_channel **ret)
{
	struct dump_file file = {.path = path, .fd = -1};
	struct emulator_source *source;
	struct fathom_error *error;

	error = open_file(&file);
	if (!error)
		error = open_source(&file, &source);
	if (error) {
		if (file.fd >= 0)
			close(file.fd);
		return fathom_error_prefix(error, "%s", path);
	}
	error = emulator_open(source, ret);
	return error ? fathom_error_prefix(error, "%s", path) : NULL;
}
