/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The world of `exec`'s command: namespaces of its own for mounts and process
 * numbers (and users, where its user may do no other), and its first process.
 */
#ifndef FATHOMFS_INSIDE_H
#define FATHOMFS_INSIDE_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

#include "tree.h"

/* What comes over the channel, with pass_fd.h. */
enum inside_tag {
	INSIDE_FUSE = 'f',  /* the file system of /proc, to be served */
	INSIDE_OWN = 'o',   /* a real /proc of the processes inside */
	INSIDE_CALLS = 'c', /* seccomp: the calls to be answered */
	/* Without a file: the command has stopped; it wants the terminal. */
	INSIDE_STOPPED = 's',
	INSIDE_WAITS = 'w'
};

/** To the first process: the command gets the terminal, and goes on. */
#define INSIDE_TAKE_TERMINAL SIGUSR1

struct inside {
	int channel;		   /* its end of it */
	int other_end;		   /* to be closed there */
	int terminal;		   /* that controls us, or -1 */
	char **command;		   /* NULL-terminated */
	struct tree_bytes modules; /* what /proc/modules says, if anything */
	uid_t user;		   /* of the world outside */
	gid_t group;
	bool unprivileged; /* a user namespace is needed */
	sigset_t signals;  /* blocked signals of the command */
};

/**
 * Start it.
 *
 * @return Number of the first process, whose exit status will be the
 * command's; -1 with errno. What fails in it is said there.
 */
pid_t inside_start(struct inside *inside);

#endif /* FATHOMFS_INSIDE_H */
