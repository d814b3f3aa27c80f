/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The options that all have who serve clients: where to listen, and how many
 * clients for how long.
 */
#ifndef FATHOM_RELAY_SERVER_OPTIONS_H
#define FATHOM_RELAY_SERVER_OPTIONS_H

#include <argp.h>
#include <stdbool.h>
#include <sys/types.h>

#include "server.h"

/** What an endpoint that is no socket begins with. */
#define SERVER_SHARED_MEMORY "shm:"

struct server_options {
	const char *listen[SERVER_LISTENERS]; /* endpoints */
	unsigned int listen_count;
	mode_t mode;	   /* of Unix sockets */
	const char *group; /* of Unix sockets; NULL: the user's */
	unsigned int max_clients;
	unsigned int idle_seconds;
};

/** What holds where no option says otherwise. */
#define SERVER_OPTIONS_DEFAULTS      \
	{                            \
		.mode = 0660,        \
		.max_clients = 16,   \
		.idle_seconds = 300, \
	}

/**
 * `--mode`, `--group`, `--max-clients` and `--idle`: a child of the program's
 * own parser, which hands it its struct server_options as child input.
 */
extern const struct argp server_options_argp;

/** `--listen`: one more endpoint. Too many are wrong usage (argp_error()). */
void server_options_listen(struct server_options *options, const char *endpoint,
			   struct argp_state *state);

/**
 * Whether one of the endpoints is shared memory. Then it must be the only one,
 * or it is wrong usage: who waits at sockets cannot look into memory, and the
 * other way round.
 */
bool server_options_share(const struct server_options *options,
			  struct argp_state *state);

#endif /* FATHOM_RELAY_SERVER_OPTIONS_H */
