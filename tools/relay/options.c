/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The command line: see options.h. */
#include "options.h"

#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "relay_protocol.h"

const char *argp_program_version = "fathom-relay " FATHOM_VERSION;

static const struct argp_option entries[] = {
	{"agent", 'a', "AGENT", 0,
	 "Carry messages to this agent: smi: (the default, this machine's firmware), or, by way of an agent or relay that listens there, unix:PATH or tcp:ADDRESS:PORT",
	 0},
	{"listen", 'l', "ENDPOINT", 0,
	 "Listen at unix:PATH or [tcp:]ADDRESS:PORT (no names, IPv6 in brackets); up to 4 times. Or "
	 "serve in the shared memory of shm:PATH, and at nothing else",
	 0},
	{"socket", 's', "PATH", 0,
	 "Listen at this Unix socket (default: " RELAY_DEFAULT_SOCKET
	 ", if the agent is smi: and no other one is given)",
	 0},
	{"user", 'u', "USER", 0,
	 "Serve as this user, by name or number (default: fathom-relay; whoever starts it, if that is not root)",
	 0},
	{},
};

#define UNIX "unix:"

static void add_socket(struct options *options, const char *path,
		       struct argp_state *state)
{
	char *endpoint;

	if (asprintf(&endpoint, UNIX "%s", path) < 0)
		argp_failure(state, RELAY_EXIT_FAILED, errno, "out of memory");
	else
		server_options_listen(&options->server, endpoint, state);
}

/*
 * The firmware's relay is where IDSes of this machine look for it, unless
 * another place was named for them.
 */
static void add_default(struct options *options, struct argp_state *state)
{
	unsigned int i;

	if (options->agent && !options->server.listen_count)
		argp_error(state, "where to listen? give --listen");
	if (server_options_share(&options->server, state)) {
		if (options->agent)
			argp_error(
				state,
				"a relay serves in shared memory for the agent in the firmware only");
		return;
	}
	for (i = 0; i < options->server.listen_count; i++) {
		if (!strncmp(options->server.listen[i], UNIX, strlen(UNIX)))
			return;
	}
	if (!options->agent)
		server_options_listen(&options->server,
				      UNIX RELAY_DEFAULT_SOCKET, state);
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 'a':
		options->agent = strcmp(argument, "smi:") != 0 ? argument
							       : NULL;
		return 0;
	case 's':
		add_socket(options, argument, state);
		return 0;
	case 'l':
		server_options_listen(&options->server, argument, state);
		return 0;
	case 'u':
		options->user = argument;
		return 0;
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &options->server;
		return 0;
	case ARGP_KEY_END:
		add_default(options, state);
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "`%s' is one argument too many", argument);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {
	{&server_options_argp, 0, NULL, 0},
	{},
};

static const struct argp argp = {
	.options = entries,
	.parser = parse,
	.children = children,
	.doc = "Carry sealed messages between IDS programs and an agent: the one in this "
	       "machine's firmware, or one that listens elsewhere. Reads none of them. For "
	       "the firmware it starts as root, and serves as another user without any "
	       "privilege.\v"
	       "Exit status: 0 when ended by SIGTERM or SIGINT, 1 if it cannot serve, 2 for "
	       "wrong usage, 3 if the firmware has no agent.",
};

void options_parse(int argc, char **argv, struct options *ret)
{
	*ret = (struct options){.server = SERVER_OPTIONS_DEFAULTS};
	argp_err_exit_status = RELAY_EXIT_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, ret);
}
