/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Keeping what is not signed: see chain_aside.h. */
#include "chain_aside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "write_at.h"

#define COPY_SIZE 65536

static bool copy(int from, off_t at, int to, off_t end)
{
	static char bytes[COPY_SIZE];
	ssize_t got;

	while ((got = pread(from, bytes, sizeof(bytes), at)) > 0) {
		if (!watch_write_at(to, bytes, (size_t)got, end))
			return false;
		at += got;
		end += got;
	}
	/* So that what comes the next time is on a line of its own. */
	return !got && watch_write_at(to, "\n", 1, end) && !fdatasync(to);
}

static struct fathom_error *append(const char *path, int from, off_t at)
{
	struct fathom_error *error = NULL;
	struct stat status;
	bool copied = false;
	int fd = open(path,
		      O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY |
			      O_NONBLOCK,
		      0600);

	if (fd >= 0 && !fstat(fd, &status)) {
		errno = EINVAL;
		copied = S_ISREG(status.st_mode) &&
			 copy(from, at, fd, status.st_size);
	}
	if (!copied)
		error = fathom_error_os(errno, "%s", path);
	if (fd >= 0)
		close(fd);
	return error;
}

struct fathom_error *watch_chain_put_aside(const char *path, int fd, off_t size,
					   bool *some)
{
	struct fathom_error *error;
	struct stat status;
	char *aside;

	*some = false;
	if (fstat(fd, &status))
		return fathom_error_os(errno, "%s", path);
	if (status.st_size <= size)
		return NULL;
	if (asprintf(&aside, "%s.unsigned", path) < 0)
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "out of memory");
	error = append(aside, fd, size);
	free(aside);
	if (!error && (ftruncate(fd, size) || fdatasync(fd)))
		error = fathom_error_os(errno, "%s", path);
	*some = !error;
	return error;
}
