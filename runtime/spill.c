/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Pages of the view outside memory: see spill.h. */
#include "spill.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <fathom/error.h>

/* For file systems that know no files without a name. */
static int open_and_remove(const char *directory)
{
	char path[PATH_MAX];
	int length =
		snprintf(path, sizeof(path), "%s/fathom-XXXXXX", directory);
	int file;

	if (length < 0 || (size_t)length >= sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	file = mkostemp(path, O_CLOEXEC);
	if (file >= 0)
		unlink(path);
	return file;
}

struct fathom_error *fathom_spill_open(int *ret)
{
	const char *directory = getenv("TMPDIR");

	if (!directory || !*directory)
		directory = "/var/tmp";
	*ret = open(directory, O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, 0600);
	if (*ret < 0)
		*ret = open_and_remove(directory);
	if (*ret < 0)
		return fathom_error_os(errno, "a temporary file in %s",
				       directory);
	return NULL;
}

/* Others write there, too, between the look and the use. */
#define MARGIN (16ull << 20)

/*
 * To have the blocks given out now would be sure, but then the disk has work
 * with each of them, also with those that never get there.
 */
bool fathom_spill_has_room(int file, uint64_t size)
{
	struct statvfs room;

	return !fstatvfs(file, &room) &&
	       (uint64_t)room.f_bavail * room.f_frsize >= size + MARGIN;
}
