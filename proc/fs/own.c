/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * See own.h.
 */
#include "own.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "family.h"

bool own_is_askers(int own, const char *path, int asker)
{
	long number;
	char *end;

	if (*path < '1' || *path > '9')
		return false;
	number = strtol(path, &end, 10);
	if ((*end && *end != '/') || number > INT32_MAX)
		return false;
	return family_has(own, (pid_t)number) &&
	       family_process(own, asker) == number &&
	       fathom_proc_has_task((int)number);
}

static enum fathom_proc_kind kind_of(mode_t mode)
{
	if (S_ISDIR(mode))
		return FATHOM_PROC_DIRECTORY;
	return S_ISLNK(mode) ? FATHOM_PROC_LINK : FATHOM_PROC_FILE;
}

int own_lookup(int own, const char *path, struct fathom_proc_attributes *ret)
{
	struct stat attributes;

	if (fstatat(own, path, &attributes, AT_SYMLINK_NOFOLLOW))
		return -errno;
	*ret = (struct fathom_proc_attributes){
		.kind = kind_of(attributes.st_mode),
		.mode = attributes.st_mode & 07777,
		.uid = attributes.st_uid,
		.gid = attributes.st_gid,
		.links = (unsigned int)attributes.st_nlink,
		.inode = attributes.st_ino,
	};
	return 0;
}

int own_list(int own, const char *path, struct tree_list *ret)
{
	int fd = openat(own, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *stream = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	int status = 0;

	*ret = (struct tree_list){};
	if (!stream)
		return -errno;
	while (!status && (entry = readdir(stream)))
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0)
			status = tree_list_add(ret, entry->d_name,
					       kind_of(DTTOIF(entry->d_type)));
	closedir(stream);
	return status;
}

int own_print(int own, const char *path, struct tree_bytes *ret)
{
	int fd = openat(own, path,
			O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	char bytes[4096];
	ssize_t size = 0;
	int status = 0;

	*ret = (struct tree_bytes){};
	if (fd < 0)
		return -errno;
	while (!status && (size = read(fd, bytes, sizeof(bytes))) > 0)
		status = tree_bytes_add(ret, bytes, (size_t)size);
	if (size < 0)
		status = -errno;
	close(fd);
	return status;
}

int own_read_link(int own, const char *path, char *buffer, size_t size)
{
	ssize_t length = readlinkat(own, path, buffer, size - 1);

	if (length < 0)
		return -errno;
	buffer[length] = 0;
	return 0;
}
