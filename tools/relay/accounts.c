/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * Users and groups by name. Read from the files themselves: getpwnam(3) loads
 * plugins, which a static program cannot and a privileged one should not.
 */
#include "privileges.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_number(const char *text, unsigned int *ret)
{
	unsigned long value;
	char *end;

	errno = 0;
	value = strtoul(text, &end, 10);
	/* (uid_t)-1 means "leave it" to the system calls. */
	if (errno || *text < '0' || *text > '9' || *end || value >= UINT32_MAX)
		return false;
	*ret = (unsigned int)value;
	return true;
}

struct fathom_error *privileges_find_user(const char *user, uid_t *uid,
					  gid_t *gid)
{
	unsigned int number = 0;
	bool by_number = is_number(user, &number);
	FILE *file = fopen("/etc/passwd", "re");
	struct passwd *entry = NULL;
	bool found = false;

	while (file && !found && (entry = fgetpwent(file)))
		found = by_number ? entry->pw_uid == number
				  : !strcmp(entry->pw_name, user);
	if (found) {
		*uid = entry->pw_uid;
		*gid = entry->pw_gid;
	} else if (by_number) {
		*uid = number;
		*gid = number;
	}
	if (file)
		fclose(file);
	if (found || by_number)
		return NULL;
	return fathom_error_create(
		FATHOM_ERROR_INVALID_ARGUMENT,
		"there is no user %s: make it (useradd --system %s), or name another by --user",
		user, user);
}

struct fathom_error *privileges_find_group(const char *group, gid_t *gid)
{
	FILE *file = fopen("/etc/group", "re");
	struct group *entry = NULL;
	bool found = false;

	while (file && !found && (entry = fgetgrent(file)))
		found = !strcmp(entry->gr_name, group);
	if (found)
		*gid = entry->gr_gid;
	else
		found = is_number(group, gid);
	if (file)
		fclose(file);
	if (found)
		return NULL;
	return fathom_error_create(FATHOM_ERROR_INVALID_ARGUMENT,
				   "there is no group %s", group);
}
