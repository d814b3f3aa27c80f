/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * A process that plays QEMU: it answers QMP on a socket, so that it can
 * misbehave in ways QEMU does not.
 */
#ifndef FATHOM_TESTS_FAKE_MONITOR_H
#define FATHOM_TESTS_FAKE_MONITOR_H

#include <sys/types.h>

#include <jansson.h>

struct fake_monitor {
	const char *socket; /* path */
	/** Called in that process before anyone is served; nonzero: give up. */
	int (*begin)(void *context);
	/** What QMP shall return; a new reference. */
	json_t *(*answer)(void *context, const char *command,
			  json_t *arguments);
	void *context;
};

/** Start it; whoever connects after this is served. */
pid_t fake_monitor_start(const struct fake_monitor *monitor);

/** End it, if it runs; *pid becomes 0. */
void fake_monitor_stop(pid_t *pid);

/** The command line of a human-monitor-command. */
const char *fake_monitor_line(const json_t *arguments);

#endif /* FATHOM_TESTS_FAKE_MONITOR_H */
