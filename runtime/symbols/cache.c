/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The symbol cache.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cache.h"

/* Raised with any change of the file's format, struct fathom_table included. */
#define FORMAT_VERSION 1
#define MAX_FILE       (1ll << 30)

/* The table follows. Native byte order: files stay on their machine. */
struct header {
	char magic[8];
	uint32_t version;
	uint32_t header_size;
	uint64_t checksum; /* of all that follows it */
	struct fathom_cache_facts facts;
};
static const char magic[8] = "FathomSy";

_Static_assert(sizeof(struct header) % 8 == 0, "the table must be aligned");

/*
 * Against accidents only (a full disk, a bit that flipped): FNV-1a over words
 * instead of bytes. Indices are checked one by one, and content against the
 * target.
 */
static uint64_t checksum(uint64_t hash, const void *data, size_t size)
{
	const uint64_t *words = data;

	for (size_t i = 0; i < size / 8; i++)
		hash = (hash ^ words[i]) * 0x100000001b3ull;
	return hash;
}

static uint64_t file_checksum(const struct header *header,
			      const struct fathom_table *table,
			      size_t table_size)
{
	uint64_t hash = checksum(0xcbf29ce484222325ull, &header->facts,
				 sizeof(header->facts));

	return checksum(hash, table, table_size);
}

static bool is_build_id(const char *id)
{
	size_t length = strlen(id);

	return length >= 8 && length <= 40 &&
	       strspn(id, "0123456789abcdef") == length;
}

static struct fathom_error *cache_directory(char *path, size_t size)
{
	const char *base = secure_getenv("XDG_CACHE_HOME");
	const char *below = "/fathom/symbols";
	int length;

	/* Relative ones are invalid (XDG Base Directory Specification). */
	if (!base || base[0] != '/') {
		base = secure_getenv("HOME");
		below = "/.cache/fathom/symbols";
	}
	if (!base || base[0] != '/')
		return fathom_error_create(
			FATHOM_ERROR_INVALID_ARGUMENT,
			"symbol cache: neither XDG_CACHE_HOME nor HOME is set");
	length = snprintf(path, size, "%s%s", base, below);
	if (length < 0 || (size_t)length >= size)
		return fathom_error_create(FATHOM_ERROR_INVALID_ARGUMENT,
					   "symbol cache: path is too long");
	return NULL;
}

static struct fathom_error *cache_path(const char *build_id, char *path,
				       size_t size)
{
	struct fathom_error *error;
	size_t length;
	int added;

	if (!is_build_id(build_id))
		return fathom_error_create(FATHOM_ERROR_FORMAT,
					   "symbol cache: no build ID");
	error = cache_directory(path, size);
	if (error)
		return error;
	length = strlen(path);
	added = snprintf(path + length, size - length, "/%s", build_id);
	if (added < 0 || (size_t)added >= size - length)
		return fathom_error_create(FATHOM_ERROR_INVALID_ARGUMENT,
					   "symbol cache: path is too long");
	return NULL;
}

static struct fathom_error *map_file(int fd, const char *path,
				     struct fathom_cache *ret)
{
	struct stat status;

	if (fstat(fd, &status))
		return fathom_error_os(errno, "%s", path);
	if (!S_ISREG(status.st_mode) || status.st_uid != geteuid() ||
	    status.st_mode & (S_IWGRP | S_IWOTH))
		return fathom_error_create(
			FATHOM_ERROR_FORMAT,
			"%s is not a file that only this user can write", path);
	if (status.st_size < (off_t)sizeof(struct header) ||
	    status.st_size > MAX_FILE)
		return fathom_error_create(FATHOM_ERROR_FORMAT,
					   "%s has %lld bytes", path,
					   (long long)status.st_size);
	ret->size = status.st_size;
	ret->mapping = mmap(NULL, ret->size, PROT_READ,
			    MAP_PRIVATE | MAP_POPULATE, fd, 0);
	if (ret->mapping == MAP_FAILED) {
		ret->mapping = NULL;
		return fathom_error_os(errno, "cannot map %s", path);
	}
	return NULL;
}

static bool terminated(const char *text, size_t size)
{
	return strnlen(text, size) < size;
}

static bool whole(const struct header *header, const char *build_id,
		  const struct fathom_table *table, size_t table_size)
{
	if (memcmp(header->magic, magic, sizeof(magic)) ||
	    header->version != FORMAT_VERSION ||
	    header->header_size != sizeof(*header) || table_size % 8)
		return false;
	if (header->checksum != file_checksum(header, table, table_size))
		return false;
	if (!terminated(header->facts.build_id,
			sizeof(header->facts.build_id)) ||
	    !terminated(header->facts.banner, sizeof(header->facts.banner)))
		return false;
	return !strcmp(header->facts.build_id, build_id) &&
	       fathom_table_valid(table, table_size);
}

struct fathom_error *fathom_cache_open(const char *build_id,
				       struct fathom_cache *ret)
{
	const struct header *header;
	struct fathom_error *error;
	char path[PATH_MAX];
	int fd;

	*ret = (struct fathom_cache){};
	error = cache_path(build_id, path, sizeof(path));
	if (error)
		return error;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return fathom_error_os(errno, "%s", path);
	error = map_file(fd, path, ret);
	close(fd);
	if (error)
		return error;
	header = ret->mapping;
	ret->facts = &header->facts;
	ret->table = (const struct fathom_table *)(header + 1);
	if (!whole(header, build_id, ret->table, ret->size - sizeof(*header))) {
		fathom_cache_close(ret);
		return fathom_error_create(FATHOM_ERROR_FORMAT, "%s is damaged",
					   path);
	}
	return NULL;
}

/* Enough to know where to look: whether it is whole is seen when it is used. */
static bool read_place(int directory, const char *name,
		       struct fathom_cache_place *ret)
{
	struct header header;
	ssize_t got;
	int fd;

	fd = openat(directory, name,
		    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return false;
	got = pread(fd, &header, sizeof(header), 0);
	close(fd);
	if (got != sizeof(header) ||
	    memcmp(header.magic, magic, sizeof(magic)) != 0 ||
	    header.version != FORMAT_VERSION ||
	    !terminated(header.facts.build_id, sizeof(header.facts.build_id)) ||
	    strcmp(header.facts.build_id, name) != 0)
		return false;
	memcpy(ret->build_id, header.facts.build_id, sizeof(ret->build_id));
	ret->note = header.facts.note;
	return true;
}

size_t fathom_cache_places(struct fathom_cache_place *ret, size_t max)
{
	char path[PATH_MAX];
	struct fathom_error *error = cache_directory(path, sizeof(path));
	struct dirent *entry;
	size_t count = 0;
	DIR *directory;
	int fd;

	if (error) {
		fathom_error_destroy(error);
		return 0;
	}
	directory = opendir(path);
	if (!directory)
		return 0;
	fd = dirfd(directory);
	while (fd >= 0 && count < max && (entry = readdir(directory)))
		if (is_build_id(entry->d_name) &&
		    read_place(fd, entry->d_name, &ret[count]))
			count++;
	closedir(directory);
	return count;
}

void fathom_cache_close(struct fathom_cache *cache)
{
	if (cache->mapping)
		munmap(cache->mapping, cache->size);
	*cache = (struct fathom_cache){};
}

/* mkdir -p, for this user alone. */
static struct fathom_error *make_directories(const char *path)
{
	char partial[PATH_MAX];
	size_t length = strlen(path);

	for (size_t i = 1; i <= length; i++) {
		if (path[i] && path[i] != '/')
			continue;
		memcpy(partial, path, i);
		partial[i] = '\0';
		if (mkdir(partial, 0700) && errno != EEXIST)
			return fathom_error_os(errno, "cannot create %s",
					       partial);
	}
	return NULL;
}

static struct fathom_error *write_all(int fd, const void *data, size_t size)
{
	ssize_t put;

	for (size_t done = 0; done < size; done += put) {
		put = write(fd, (const char *)data + done, size - done);
		if (put < 0 && errno == EINTR)
			put = 0;
		else if (put < 0)
			return fathom_error_os(errno, "symbol cache");
	}
	return NULL;
}

/* Nobody ever sees half a file: it gets its name when it is whole. */
static struct fathom_error *replace_file(const char *path,
					 const struct header *header,
					 const struct fathom_table *table)
{
	struct fathom_error *error;
	char temporary[PATH_MAX];
	int fd, length;

	length = snprintf(temporary, sizeof(temporary), "%s.XXXXXX", path);
	if (length < 0 || (size_t)length >= sizeof(temporary))
		return fathom_error_create(FATHOM_ERROR_INVALID_ARGUMENT,
					   "symbol cache: path is too long");
	fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0)
		return fathom_error_os(errno, "%s", temporary);
	error = write_all(fd, header, sizeof(*header));
	if (!error)
		error = write_all(fd, table, table->size);
	if (close(fd) && !error)
		error = fathom_error_os(errno, "%s", temporary);
	if (!error && rename(temporary, path))
		error = fathom_error_os(errno, "%s", path);
	if (error)
		unlink(temporary);
	return error;
}

struct fathom_error *fathom_cache_store(const struct fathom_cache_facts *facts,
					const struct fathom_table *table)
{
	struct header header = {
		.version = FORMAT_VERSION,
		.header_size = sizeof(header),
		.facts = *facts,
	};
	struct fathom_error *error;
	char path[PATH_MAX];

	error = cache_directory(path, sizeof(path));
	if (!error)
		error = make_directories(path);
	if (!error)
		error = cache_path(facts->build_id, path, sizeof(path));
	if (error)
		return error;
	memcpy(header.magic, magic, sizeof(magic));
	header.checksum = file_checksum(&header, table, table->size);
	return replace_file(path, &header, table);
}
