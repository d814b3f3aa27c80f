/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The shared memory as a file: see ring_file.h. */
#include "ring_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ring_layout.h"

static struct fathom_error *failed(const char *path, const char *what)
{
	return fathom_error_os(errno, "shared memory %s: %s", path, what);
}

/* Allocated at once: a tmpfs that is full later would be a SIGBUS. */
static struct fathom_error *
make_file(const char *path, const struct ring_file_settings *settings, int *ret)
{
	struct fathom_error *error = NULL;
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return failed(path, "cannot be made");
	errno = posix_fallocate(fd, 0, (off_t)settings->size);
	if (errno || fchown(fd, settings->uid, settings->gid) ||
	    fchmod(fd, settings->mode))
		error = failed(path, "cannot be made");
	if (error) {
		unlink(path);
		close(fd);
		return error;
	}
	*ret = fd;
	return NULL;
}

/* No link: the folder may be one that anybody can write to, as /dev/shm. */
static struct fathom_error *
open_or_make(const char *path, const struct ring_file_settings *settings,
	     int *ret)
{
	int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	if (fd < 0 && errno == ENOENT)
		return make_file(path, settings, ret);
	if (fd < 0)
		return failed(path, "cannot be opened");
	*ret = fd;
	return NULL;
}

static bool is_ours(const struct ring_header *header)
{
	const uint8_t *bytes = (const uint8_t *)header;
	size_t i;

	if (atomic_load(&header->magic) == RING_MAGIC)
		return true;
	for (i = 0; i < RING_PAGE; i++) {
		if (bytes[i])
			return false;
	}
	return true;
}

static struct fathom_error *map_file(const char *path, int fd, void **memory,
				     size_t *size)
{
	struct stat status;

	if (fstat(fd, &status))
		return failed(path, "cannot be looked at");
	if (!S_ISREG(status.st_mode) || status.st_size < (off_t)RING_PAGE)
		return fathom_error_create(
			FATHOM_ERROR_INVALID_ARGUMENT,
			"shared memory %s: something else is there", path);
	if (flock(fd, LOCK_EX | LOCK_NB))
		return fathom_error_create(
			FATHOM_ERROR_INVALID_ARGUMENT,
			"shared memory %s: somebody else serves there", path);
	*size = (size_t)status.st_size;
	*memory = mmap(NULL, *size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (*memory == MAP_FAILED)
		return failed(path, "cannot be mapped");
	if (is_ours(*memory))
		return NULL;
	munmap(*memory, *size);
	return fathom_error_create(FATHOM_ERROR_INVALID_ARGUMENT,
				   "shared memory %s: something else is there",
				   path);
}

struct fathom_error *ring_file_open(const char *path,
				    const struct ring_file_settings *settings,
				    void **memory, size_t *size)
{
	struct fathom_error *error;
	int fd;

	error = open_or_make(path, settings, &fd);
	if (error)
		return error;
	error = map_file(path, fd, memory, size);
	/* A mapping keeps the file open, and so the lock. */
	close(fd);
	return error;
}
