/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * See stat_call.h.
 */
#include "stat_call.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "tree.h"

#define PROC	   "/proc/"
#define BLOCK_SIZE 4096

_Static_assert(sizeof(struct stat) <= STAT_CALL_MAX &&
		       sizeof(struct statx) <= STAT_CALL_MAX,
	       "STAT_CALL_MAX");

/* The layout is the kernel's own on x86-64. */
static void fill_stat(const struct fathom_proc_file *file, struct stat *ret)
{
	*ret = (struct stat){
		.st_dev = makedev(file->device_major, file->device_minor),
		.st_ino = file->inode,
		.st_nlink = file->links,
		.st_mode = file->mode,
		.st_uid = file->uid,
		.st_gid = file->gid,
		.st_rdev = makedev(file->special_major, file->special_minor),
		.st_size = (off_t)file->size,
		.st_blksize = BLOCK_SIZE,
		.st_blocks = (blkcnt_t)file->blocks,
	};
}

static void fill_statx(const struct fathom_proc_file *file, struct statx *ret)
{
	*ret = (struct statx){
		.stx_mask = STATX_TYPE | STATX_MODE | STATX_NLINK | STATX_UID |
			    STATX_GID | STATX_INO | STATX_SIZE | STATX_BLOCKS,
		.stx_blksize = BLOCK_SIZE,
		.stx_nlink = file->links,
		.stx_uid = file->uid,
		.stx_gid = file->gid,
		.stx_mode = (__u16)file->mode,
		.stx_ino = file->inode,
		.stx_size = file->size,
		.stx_blocks = file->blocks,
		.stx_rdev_major = file->special_major,
		.stx_rdev_minor = file->special_minor,
		.stx_dev_major = file->device_major,
		.stx_dev_minor = file->device_minor,
	};
}

/*
 * The device that all sockets are on has another number in each kernel. Who
 * looks for the owner of a socket, as fuser(1), compares with one of its own.
 */
static void put_on_own_device(struct fathom_proc_file *socket_of_target)
{
	struct stat own;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return;
	if (!fstat(fd, &own)) {
		socket_of_target->device_major = major(own.st_dev);
		socket_of_target->device_minor = minor(own.st_dev);
	}
	close(fd);
}

static bool is_link(const char *path)
{
	struct fathom_proc_attributes attributes;

	return !tree_lookup(path, &attributes) &&
	       attributes.kind == FATHOM_PROC_LINK;
}

bool stat_call_asks(const char *path)
{
	size_t length = strlen(PROC);

	/* Of processes only; the others lead to other places in /proc. */
	return !strncmp(path, PROC, length) && path[length] >= '1' &&
	       path[length] <= '9';
}

int stat_call(const char *path, bool extended, void *buffer, size_t *size)
{
	struct fathom_proc_file file = {};
	int status;

	if (!stat_call_asks(path))
		return 1;
	path += strlen(PROC);
	if (!is_link(path))
		return 1;
	status = fathom_proc_follow(path, &file);
	if (status)
		return status;
	if (S_ISSOCK(file.mode))
		put_on_own_device(&file);
	if (extended)
		fill_statx(&file, buffer);
	else
		fill_stat(&file, buffer);
	*size = extended ? sizeof(struct statx) : sizeof(struct stat);
	return 0;
}
