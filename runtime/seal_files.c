/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* No file system and no network for a sealed process, by Landlock. */
#include "seal.h"

#include <errno.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/landlock.h>

/*
 * All rights over files that a version of Landlock knows (landlock(7)): what a
 * ruleset handles and does not grant is denied. Given as numbers, since the
 * kernel may know more than the headers this is built with.
 */
static uint64_t file_rights(int version)
{
	static const unsigned int count[] = {13, 14, 15, 15, 16};
	size_t last = sizeof(count) / sizeof(count[0]);
	size_t index = (size_t)version < last ? (size_t)version : last;

	return (UINT64_C(1) << count[index - 1]) - 1;
}

/* As of version 6: struct landlock_ruleset_attr of newer headers. */
struct ruleset {
	uint64_t handled_access_fs;
	uint64_t handled_access_net;
	uint64_t scoped;
};
#define TCP_BIND     UINT64_C(1) /* version 4 */
#define TCP_CONNECT  UINT64_C(2)
#define ALL_OF_SCOPE UINT64_C(3) /* abstract sockets, signals; version 6 */

static size_t ruleset_size(int version)
{
	if (version >= 6)
		return sizeof(struct ruleset);
	return version >= 4 ? sizeof(uint64_t) * 2 : sizeof(uint64_t);
}

struct fathom_error *fathom_seal_files(bool tcp)
{
	struct ruleset rules = {0};
	int version;
	int status;
	int fd;

	version = (int)syscall(SYS_landlock_create_ruleset, NULL, 0,
			       LANDLOCK_CREATE_RULESET_VERSION);
	/* Not in this kernel: opening is no allowed system call anyway. */
	if (version < 1)
		return NULL;
	rules.handled_access_fs = file_rights(version);
	if (version >= 4)
		rules.handled_access_net = TCP_BIND | (tcp ? 0 : TCP_CONNECT);
	rules.scoped = version >= 6 ? ALL_OF_SCOPE : 0;
	fd = (int)syscall(SYS_landlock_create_ruleset, &rules,
			  ruleset_size(version), 0);
	if (fd < 0)
		return fathom_error_os(errno, "Landlock");
	status = (int)syscall(SYS_landlock_restrict_self, fd, 0);
	close(fd);
	return status ? fathom_error_os(errno, "Landlock") : NULL;
}
