/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* What a sealed process gives up that was started by root. */
#include "seal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/capability.h>

/* IDs that no account has: systemd's, for services (systemd.exec(5)). */
#define LOWEST_ID  61184u
#define HIGHEST_ID 65519u
#define TRIES	   64

/* Whether some process is this user's. */
static struct fathom_error *is_in_use(uid_t uid, bool *ret)
{
	DIR *processes = opendir("/proc");
	struct dirent *entry;
	struct stat stat;
	int fd;

	if (!processes)
		return fathom_error_os(errno, "/proc");
	fd = dirfd(processes);
	if (fd < 0) {
		closedir(processes);
		return fathom_error_os(errno, "/proc");
	}
	*ret = false;
	while (!*ret && (entry = readdir(processes))) {
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
		    !fstatat(fd, entry->d_name, &stat, 0))
			*ret = stat.st_uid == uid;
	}
	closedir(processes);
	return NULL;
}

static struct fathom_error *choose(uid_t *ret)
{
	struct fathom_error *error;
	uint32_t number;
	bool used;
	int try;

	for (try = 0; try < TRIES; try++) {
		if (getrandom(&number, sizeof(number), 0) != sizeof(number))
			return fathom_error_os(errno, "random numbers");
		*ret = LOWEST_ID + number % (HIGHEST_ID - LOWEST_ID + 1);
		error = is_in_use(*ret, &used);
		if (error || !used)
			return error;
	}
	return fathom_error_create(FATHOM_ERROR_LIMIT,
				   "no user ID is free between %u and %u",
				   LOWEST_ID, HIGHEST_ID);
}

/* A relay lets clients go that are idle: they connect anew. */
static size_t group_of(const char *socket, gid_t *ret)
{
	struct stat stat;

	if (!socket || lstat(socket, &stat) || !S_ISSOCK(stat.st_mode) ||
	    !(stat.st_mode & S_IWGRP))
		return 0;
	*ret = stat.st_gid;
	return 1;
}

struct fathom_error *fathom_seal_user(const char *socket)
{
	struct fathom_error *error;
	gid_t group;
	uid_t uid;

	if (geteuid())
		return NULL;
	error = choose(&uid);
	if (error)
		return error;
	if (setgroups(group_of(socket, &group), &group) ||
	    setresgid(uid, uid, uid) || setresuid(uid, uid, uid))
		return fathom_error_os(errno, "cannot become user %u", uid);
	return NULL;
}

struct fathom_error *fathom_seal_capabilities(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};

	if (syscall(SYS_capset, &header, none))
		return fathom_error_os(errno, "cannot give up capabilities");
	return NULL;
}
