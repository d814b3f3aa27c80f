/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * `fathom agent`: serve a guest's memory, or a dump, to IDSes elsewhere that
 * have a key for it, from beside the virtual machine monitor.
 */
#include "command.h"

#include <argp.h>
#include <err.h>
#include <errno.h>
#include <linux/capability.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <fathom/target.h>

#include "crypto.h"
#include "die.h"
#include "key_file.h"
#include "key_store_file.h"
#include "privileges.h"
#include "ready.h"
#include "ring_serve.h"
#include "serve.h"
#include "served_target.h"
#include "server_options.h"
#include "status.h"

struct agent_options {
	const char *target;
	const char *store; /* NULL: the default */
	const char *user;  /* NULL: as whoever starts it */
	struct server_options server;
};

static const struct argp_option options[] = {
	{"listen", 'l', "ENDPOINT", 0,
	 "Listen at unix:PATH or tcp:ADDRESS:PORT (no names, IPv6 in brackets); up to 4 times. Or "
	 "serve in the shared memory of shm:PATH, and at nothing else",
	 0},
	{"target", 't', "URI", 0,
	 "What to serve: qemu:QMP-SOCKET or dump:FILE (default: $FATHOM_TARGET)",
	 0},
	{"store", 's', "FILE", 0,
	 "The agent's key store, made by fathom key (default: ~/.config/fathom/agent.keys)",
	 0},
	{"user", 'u', "USER", 0,
	 "Serve as this user, by name or number; QEMU's own, for a guest", 0},
	{},
};

static void check_complete(const struct agent_options *agent,
			   struct argp_state *state)
{
	if (!agent->server.listen_count)
		argp_error(state, "where to listen? give --listen");
	if (!agent->target || !*agent->target)
		argp_error(
			state,
			"which target? give --target URI or set FATHOM_TARGET");
	(void)server_options_share(&agent->server, state);
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct agent_options *agent = state->input;

	switch (key) {
	case 'l':
		server_options_listen(&agent->server, argument, state);
		return 0;
	case 't':
		agent->target = argument;
		return 0;
	case 's':
		agent->store = argument;
		return 0;
	case 'u':
		agent->user = argument;
		return 0;
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &agent->server;
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "`%s' is one argument too many", argument);
		return EINVAL;
	case ARGP_KEY_END:
		check_complete(agent, state);
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
	.options = options,
	.parser = parse,
	.children = children,
	.doc = "Serve a guest's memory, or a dump, to IDSes elsewhere: to those whose keys are "
	       "in the key store, and nobody else. For IDSes on other machines, let it listen at "
	       "a TCP port, or put a `fathom relay' before it.\v"
	       "Exit status: 0 when ended by SIGTERM or SIGINT, 121 if the target cannot be "
	       "served, 123 for wrong usage or a key store that is none, 125 for other failures.",
};

static void die_if(int status, struct fathom_error *error)
{
	if (!error)
		return;
	die(error->code == FATHOM_ERROR_INVALID_ARGUMENT ? FATHOM_EXIT_USAGE
							 : status,
	    error);
}

static void read_store(const struct agent_options *agent,
		       struct key_store_file *store)
{
	struct fathom_error *error = NULL;
	const char *path = agent->store;
	char *standard = NULL;

	if (!path) {
		error = fathom_key_file_default(KEY_STORE_FILE_NAME, &standard);
		path = standard;
	}
	if (!error)
		error = key_store_file_read(path, store);
	die_if(STATUS_TOOL_FAILED, error);
	if (!store->header.count)
		errx(FATHOM_EXIT_USAGE,
		     "key store %s: it has no keys of IDSes to serve (fathom key authorize adds them)",
		     path);
	free(standard);
}

/*
 * Files and sockets are found as the user who serves, since they may have to be
 * found again. Root without --user keeps what it takes to look into QEMU.
 */
static void become_user(const struct agent_options *agent)
{
	const uint64_t look_into_qemu = 1ull << CAP_SYS_PTRACE |
					1ull << CAP_DAC_OVERRIDE;
	uid_t uid;
	gid_t gid;

	if (!agent->user) {
		die_if(STATUS_TOOL_FAILED, privileges_confine(look_into_qemu));
		return;
	}
	if (geteuid())
		errx(STATUS_TOOL_FAILED, "only root can serve as another user");
	die_if(STATUS_TOOL_FAILED,
	       privileges_find_user(agent->user, &uid, &gid));
	die_if(STATUS_TOOL_FAILED, privileges_drop(uid, gid));
}

/* Whom sockets and shared memory belong to. */
static void find_owner(const struct agent_options *agent, uid_t *uid,
		       gid_t *gid)
{
	*uid = geteuid();
	*gid = getegid();
	if (agent->user)
		die_if(STATUS_TOOL_FAILED,
		       privileges_find_user(agent->user, uid, gid));
	if (agent->server.group)
		die_if(STATUS_TOOL_FAILED,
		       privileges_find_group(agent->server.group, gid));
}

static struct served_target *open_target(const struct agent_options *agent,
					 const struct key_store_file *store)
{
	struct served_target *target;

	become_user(agent);
	die_if(FATHOM_EXIT_TARGET,
	       served_target_open(agent->target, &store->header, sizeof(*store),
				  &target));
	return target;
}

/* From here on there is nothing but serving. */
static void settle(const struct agent_options *agent)
{
	ready_tell(program_invocation_short_name, agent->server.listen,
		   agent->server.listen_count);
	die_if(STATUS_TOOL_FAILED,
	       privileges_filter_syscalls(PRIVILEGES_TARGET));
}

static void serve_in_memory(const struct agent_options *agent,
			    const struct key_store_file *store,
			    struct server_settings *settings)
{
	struct ring_server *server;
	struct ring_memory memory;
	uid_t uid;
	gid_t gid;

	find_owner(agent, &uid, &gid);
	die_if(STATUS_TOOL_FAILED,
	       ring_serve_open(&agent->server, uid, gid, &memory));
	settings->context = open_target(agent, store);
	die_if(STATUS_TOOL_FAILED,
	       ring_serve_create(&agent->server, settings, &memory, &server));
	settle(agent);
	ring_server_run(server);
	ring_server_destroy(server);
}

static void serve_at_sockets(const struct agent_options *agent,
			     const struct key_store_file *store,
			     struct serve *serve)
{
	uid_t uid;
	gid_t gid;

	find_owner(agent, &uid, &gid);
	die_if(STATUS_TOOL_FAILED, serve_listen(serve, agent->server.listen,
						agent->server.listen_count,
						agent->server.mode, uid, gid));
	serve->settings->context = open_target(agent, store);
	die_if(STATUS_TOOL_FAILED, serve_create(serve));
	settle(agent);
	die_if(STATUS_TOOL_FAILED, serve_run(serve));
}

static void serve_target(const struct agent_options *agent,
			 const struct key_store_file *store)
{
	struct server_settings settings = {
		.max_clients = agent->server.max_clients,
		.idle_ms = (uint64_t)agent->server.idle_seconds * 1000,
		.max_message = FATHOM_SEAL_MAX_REQUEST,
		.max_reply = FATHOM_SEAL_MAX_REPLY,
		.exchange = served_target_exchange,
		.tick = served_target_tick,
	};
	struct serve serve = {.settings = &settings};

	serve_catch_signals(&serve);
	if (ring_serve_path(&agent->server))
		serve_in_memory(agent, store, &settings);
	else
		serve_at_sockets(agent, store, &serve);
	served_target_close(settings.context);
}

int command_agent(int argc, char **argv)
{
	struct agent_options agent = {
		.target = getenv("FATHOM_TARGET"),
		.server = SERVER_OPTIONS_DEFAULTS,
	};
	struct key_store_file store = {};

	argp_parse(&argp, argc, argv, 0, NULL, &agent);
	read_store(&agent, &store);
	serve_target(&agent, &store);
	crypto_wipe(&store, sizeof(store));
	return EXIT_SUCCESS;
}
