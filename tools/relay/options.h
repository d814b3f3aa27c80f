/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The command line of fathom-relay.
 */
#ifndef FATHOM_RELAY_OPTIONS_H
#define FATHOM_RELAY_OPTIONS_H

#include <stdbool.h>
#include <sys/types.h>

#include "server.h"

/* Exit statuses, beside 0. They are documented in fathom-relay(8). */
#define RELAY_EXIT_FAILED   1
#define RELAY_EXIT_USAGE    2
#define RELAY_EXIT_NO_AGENT 3

/** What an endpoint that is no socket begins with. */
#define RELAY_SHARED_MEMORY "shm:"

struct options {
	const char *agent; /* where messages go; NULL: the firmware */
	const char *listen[SERVER_LISTENERS]; /* endpoints */
	unsigned int listen_count;	      /* at least 1 */
	mode_t mode;			      /* of the socket */
	const char *user;  /* NULL: the default, where there is a choice */
	const char *group; /* NULL: the user's */
	unsigned int max_clients;
	unsigned int idle_seconds;
};

/** Ends the process when usage is wrong. */
void options_parse(int argc, char **argv, struct options *ret);

#endif /* FATHOM_RELAY_OPTIONS_H */
