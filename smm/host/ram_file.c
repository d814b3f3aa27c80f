/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * Find a guest's RAM file among the descriptors of its QEMU. The path that
 * QEMU was given is only a name: a file left over by another guest, or a new
 * one put in its place, would be read without anybody noticing.
 */
#include "ram_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * Given a directory, QEMU makes a file qemu_back_mem.REGION.XXXXXX in it. The
 * region is called by the backend's ID, or by its path for older machines.
 */
#define IN_DIRECTORY "/qemu_back_mem."
#define OLDER_REGION "_objects_"

#define DELETED	     " (deleted)"

/* What to look for: the path as the kernel spells it for descriptors. */
struct wanted {
	char path[PATH_MAX];
	bool directory;
	const char *id; /* of the backend */
};

static struct fathom_error *too_long(void)
{
	return fathom_error_os(ENAMETOOLONG, "its path");
}

/* Join two parts of a path in a buffer of PATH_MAX bytes. */
static struct fathom_error *join(char *ret, const char *directory,
				 const char *name)
{
	int length = snprintf(ret, PATH_MAX, "%s/%s", directory, name);

	return length < PATH_MAX ? NULL : too_long();
}

/* realpath() of the directory only, because the file may be deleted. */
static struct fathom_error *resolve_directory(const char *path, char *ret)
{
	const char *name = strrchr(path, '/') + 1;
	char given[PATH_MAX];
	char real[PATH_MAX];

	snprintf(given, sizeof(given), "%.*s", (int)(name - path), path);
	if (!realpath(given, real))
		return fathom_error_os(errno, "its directory %s", given);
	return join(ret, strcmp(real, "/") != 0 ? real : "", name);
}

static struct fathom_error *absolute_path(pid_t pid, const char *path,
					  char *ret)
{
	char directory[PATH_MAX];
	char link[64];
	ssize_t length;

	if (*path == '/')
		return snprintf(ret, PATH_MAX, "%s", path) < PATH_MAX
			       ? NULL
			       : too_long();
	snprintf(link, sizeof(link), "/proc/%d/cwd", (int)pid);
	length = readlink(link, directory, sizeof(directory) - 1);
	if (length < 0)
		return fathom_error_os(
			errno, "cannot tell the directory of QEMU (process %d)",
			(int)pid);
	directory[length] = '\0';
	return join(ret, directory, path);
}

static struct fathom_error *what_to_look_for(pid_t pid, const char *path,
					     struct wanted *wanted)
{
	struct fathom_error *error;
	char absolute[PATH_MAX];
	struct stat status;

	error = absolute_path(pid, path, absolute);
	if (error)
		return error;
	wanted->directory = !stat(absolute, &status) && S_ISDIR(status.st_mode);
	if (realpath(absolute, wanted->path))
		return NULL;
	return resolve_directory(absolute, wanted->path);
}

static bool skip(const char **text, const char *prefix)
{
	size_t length = strlen(prefix);

	if (strncmp(*text, prefix, length) != 0)
		return false;
	*text += length;
	return true;
}

/* @target is what the descriptor's link says. */
static bool is_wanted(const struct wanted *wanted, const char *target)
{
	if (!skip(&target, wanted->path))
		return false;
	if (!wanted->directory)
		return !*target || !strcmp(target, DELETED);
	if (!skip(&target, IN_DIRECTORY))
		return false;
	skip(&target, OLDER_REGION);
	return skip(&target, wanted->id) && *target == '.';
}

/* Opening a descriptor's link opens the file itself, deleted or not. */
static int open_if_wanted(int directory, const char *name,
			  const struct wanted *wanted, uint64_t size,
			  uint64_t *actual_size)
{
	char target[PATH_MAX + sizeof(DELETED)];
	struct stat status;
	ssize_t length;
	int fd;

	length = readlinkat(directory, name, target, sizeof(target) - 1);
	if (length < 0)
		return -1;
	target[length] = '\0';
	if (!is_wanted(wanted, target))
		return -1;
	fd = openat(directory, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return -1;
	if (fstat(fd, &status) || !S_ISREG(status.st_mode)) {
		close(fd);
		return -1;
	}
	*actual_size = (uint64_t)status.st_size;
	if (*actual_size < size) {
		close(fd);
		return -1;
	}
	return fd;
}

static struct fathom_error *search(pid_t pid, DIR *directory, int directory_fd,
				   const struct wanted *wanted,
				   struct ram_backend *backend)
{
	uint64_t actual_size = UINT64_MAX;
	struct dirent *entry;

	while ((entry = readdir(directory))) {
		int fd = open_if_wanted(directory_fd, entry->d_name, wanted,
					backend->size, &actual_size);

		if (fd >= 0) {
			backend->fd = fd;
			return NULL;
		}
	}
	if (actual_size < backend->size)
		return fathom_error_create(FATHOM_ERROR_TARGET,
					   "the file has %" PRIu64
					   " bytes, the guest's memory %" PRIu64
					   ": it was cut short",
					   actual_size, backend->size);
	return fathom_error_create(
		FATHOM_ERROR_TARGET,
		"process %d, which listens on the QMP socket, does not have this file open",
		(int)pid);
}

struct fathom_error *ram_file_open(pid_t pid, struct ram_backend *backend)
{
	struct fathom_error *error;
	struct wanted wanted;
	char path[64];
	DIR *directory;
	int fd;

	wanted.id = backend->id;
	error = what_to_look_for(pid, backend->path, &wanted);
	if (error)
		return fathom_error_prefix(error, "RAM file %s", backend->path);
	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	directory = fd < 0 ? NULL : fdopendir(fd);
	if (!directory) {
		error = fathom_error_os(
			errno,
			"RAM file %s: cannot look into QEMU (process %d); run as its user or as root",
			backend->path, (int)pid);
		if (fd >= 0)
			close(fd);
		return error;
	}
	error = search(pid, directory, fd, &wanted, backend);
	closedir(directory);
	return error ? fathom_error_prefix(error, "RAM file %s", backend->path)
		     : NULL;
}
