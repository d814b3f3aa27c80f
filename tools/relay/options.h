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

/* Exit statuses, beside 0. They are documented in fathom-relay(8). */
#define RELAY_EXIT_FAILED   1
#define RELAY_EXIT_USAGE    2
#define RELAY_EXIT_NO_AGENT 3

struct options {
	const char *socket;
	const char *listen; /* TCP address and port, or shm:PATH; NULL: none */
	mode_t mode;	    /* of the socket */
	const char *user;
	const char *group; /* NULL: the user's */
	unsigned int max_clients;
	unsigned int idle_seconds;
};

/** Ends the process when usage is wrong. */
void options_parse(int argc, char **argv, struct options *ret);

#endif /* FATHOM_RELAY_OPTIONS_H */
