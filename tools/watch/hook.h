/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * A command that is run for each alarm, with the event on its standard input.
 * No shell, no arguments: nothing of an event can become a command.
 */
#ifndef FATHOM_WATCH_HOOK_H
#define FATHOM_WATCH_HOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* At one time; and those that wait for their turn. */
#define WATCH_HOOKS	  4
#define WATCH_HOOKS_QUEUE 64

/* Then it is killed, with all that it has started. */
#define WATCH_HOOK_MS 10000

/** An event that waits. */
struct watch_hook_event {
	char *about;
	char *text;
};

struct watch_hook {
	const char *path; /* NULL: none */
	struct {
		pid_t pid; /* 0: free */
		uint64_t since;
	} running[WATCH_HOOKS];
	struct watch_hook_event queue[WATCH_HOOKS_QUEUE];
	size_t first, count;
	uint64_t lost;	    /* events for which there was no room */
	uint64_t told_lost; /* of those, it was warned of so many */
	uint64_t told_at;
	uint64_t killed; /* that took too long */
};

/**
 * Run it for an event, now or when its turn comes.
 *
 * @param[in] about Who and what. Of several events about the same, only the
 * newest waits: nobody can fill the queue with one thing.
 */
void watch_hook_run(struct watch_hook *hook, const char *about,
		    const char *event, uint64_t now);

/** Look after those that run. To be called often. */
void watch_hook_tick(struct watch_hook *hook, uint64_t now);

/** Wait for those that run, and those that wait, but no longer than for one. */
void watch_hook_finish(struct watch_hook *hook, uint64_t (*clock)(void));

#endif /* FATHOM_WATCH_HOOK_H */
