/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* What servers have in common on the command line: see server_options.h. */
#include "server_options.h"

#include <string.h>

#include "option_number.h"

enum { KEY_MODE = 0x200, KEY_MAX_CLIENTS, KEY_IDLE };

#define MAX_IDLE_SECONDS 86400

static const struct argp_option entries[] = {
	{"mode", KEY_MODE, "OCTAL", 0,
	 "Permissions of Unix sockets and shared memory (default: 0660)", 0},
	{"group", 'g', "GROUP", 0,
	 "Group of Unix sockets and shared memory, whose members may use them (default: the user's)",
	 0},
	{"max-clients", KEY_MAX_CLIENTS, "N", 0,
	 "Clients at one time (default: 16)", 0},
	{"idle", KEY_IDLE, "SECONDS", 0,
	 "Close a connection after this time without a message (default: 300)",
	 0},
	{},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct server_options *options = state->input;

	switch (key) {
	case KEY_MODE:
		options->mode =
			option_number("--mode", argument, 8, 0600, 0666, state);
		return 0;
	case 'g':
		options->group = argument;
		return 0;
	case KEY_MAX_CLIENTS:
		options->max_clients = option_number("--max-clients", argument,
						     10, 1, SERVER_MAX_CLIENTS,
						     state);
		return 0;
	case KEY_IDLE:
		options->idle_seconds = option_number("--idle", argument, 10, 1,
						      MAX_IDLE_SECONDS, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp server_options_argp = {.options = entries, .parser = parse};

void server_options_listen(struct server_options *options, const char *endpoint,
			   struct argp_state *state)
{
	if (options->listen_count == SERVER_LISTENERS)
		argp_error(state, "more than %u places to listen at",
			   SERVER_LISTENERS);
	options->listen[options->listen_count++] = endpoint;
}

bool server_options_share(const struct server_options *options,
			  struct argp_state *state)
{
	bool shares = false;
	unsigned int i;

	for (i = 0; i < options->listen_count; i++)
		shares = shares ||
			 !strncmp(options->listen[i], SERVER_SHARED_MEMORY,
				  strlen(SERVER_SHARED_MEMORY));
	if (shares && options->listen_count > 1)
		argp_error(
			state,
			"shared memory is served alone: start another one for other places to listen at");
	return shares;
}
