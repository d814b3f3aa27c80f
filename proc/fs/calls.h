/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * System calls of `exec`'s command that ask about the machine, or about a
 * process by its number: they are answered for the target.
 */
#ifndef FATHOMFS_CALLS_H
#define FATHOMFS_CALLS_H

/**
 * Have such calls of this process, and of all that descend from it, answered
 * by someone else.
 *
 * @return The file to answer them by; an errno negated.
 */
int calls_filter(void);

struct seccomp_notif;
struct seccomp_notif_resp;

/** Who answers. */
struct calls {
	int fd;		/* of calls_filter(); -1 before and after */
	int own;	/* the real /proc of the processes inside */
	double refresh; /* seconds an epoch lasts at least */
	struct seccomp_notif *notice;
	struct seccomp_notif_resp *reply;
};

/** Answer what comes by @p fd from here on. 0, or an errno negated. */
int calls_begin(struct calls *calls, int fd);

/** Nobody is left who could ask. */
void calls_end(struct calls *calls);

/** Answer one call, which poll(2) has announced. */
void calls_answer(const struct calls *calls);

#endif /* FATHOMFS_CALLS_H */
