/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Giving up what the relay needed to begin, and ever could get again.
 */
#ifndef FATHOM_RELAY_PRIVILEGES_H
#define FATHOM_RELAY_PRIVILEGES_H

#include <sys/types.h>

#include <fathom/error.h>

/**
 * Whom @p user, a name in /etc/passwd or a number, stands for. A number that
 * is not there is its own group.
 */
struct fathom_error *privileges_find_user(const char *user, uid_t *uid,
					  gid_t *gid);

/** The same of a group, in /etc/group. */
struct fathom_error *privileges_find_group(const char *group, gid_t *gid);

/**
 * Become @p uid and @p gid for good, without further groups, capabilities,
 * core dumps, or ptrace() by others of the same user; no program executed
 * from here on would get more.
 */
struct fathom_error *privileges_drop(uid_t uid, gid_t gid);

/**
 * Allow no system calls but those that serving takes; any other one kills the
 * process.
 */
struct fathom_error *privileges_filter_syscalls(void);

#endif /* FATHOM_RELAY_PRIVILEGES_H */
