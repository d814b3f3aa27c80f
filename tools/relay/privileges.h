/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Giving up what a server needed to begin, and ever could get again.
 */
#ifndef FATHOM_RELAY_PRIVILEGES_H
#define FATHOM_RELAY_PRIVILEGES_H

#include <stdint.h>
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
 * The same for who cannot, or need not, become another user: whatever
 * capabilities there are besides @p keep (a mask of 1 << CAP_*; 0: none) are
 * given up.
 */
struct fathom_error *privileges_confine(uint64_t keep);

/** What a server has to do once it serves. */
enum privileges_work {
	PRIVILEGES_ANSWER,  /* a mailbox that is mapped */
	PRIVILEGES_SHARE,   /* the same, for who shares memory with us */
	PRIVILEGES_FORWARD, /* connect sockets */
	PRIVILEGES_TARGET,  /* find a guest again: open and read files, too */
};

/**
 * Allow no system calls but those that serving takes; any other one kills the
 * process. Files can be opened for reading only.
 */
struct fathom_error *privileges_filter_syscalls(enum privileges_work work);

#endif /* FATHOM_RELAY_PRIVILEGES_H */
