/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The command line of fathom-relay.
 */
#ifndef FATHOM_RELAY_OPTIONS_H
#define FATHOM_RELAY_OPTIONS_H

#include "server_options.h"

/* Exit statuses, beside 0. They are documented in fathom-relay(8). */
#define RELAY_EXIT_FAILED   1
#define RELAY_EXIT_USAGE    2
#define RELAY_EXIT_NO_AGENT 3

struct options {
	const char *agent; /* where messages go; NULL: the firmware */
	const char *user;  /* NULL: the default, where there is a choice */
	struct server_options server; /* at least 1 place to listen at */
};

/** Ends the process when usage is wrong. */
void options_parse(int argc, char **argv, struct options *ret);

#endif /* FATHOM_RELAY_OPTIONS_H */
