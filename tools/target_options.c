/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * See target_options.h.
 */
#include "target_options.h"

#include <err.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <fathom/seconds.h>
#include <fathom/target.h>

#include "die.h"
#include "memory.h"
#include "progress.h"

enum {
	KEY_SYSTEM_MAP = 0x100,
	KEY_NO_CACHE,
	KEY_KEY,
	KEY_AGENT_KEY,
	KEY_TIMEOUT,
	KEY_RECONNECT
};

static const struct argp_option options[] = {
	{"target", 't', "URI", 0,
	 "The target: qemu:QMP-SOCKET, dump:FILE, smi:[RELAY-SOCKET], smi+qemu:QMP-SOCKET, unix:SOCKET, tcp:HOST:PORT or shm:PATH (default: $FATHOM_TARGET)",
	 0},
	{"system-map", KEY_SYSTEM_MAP, "FILE", 0,
	 "Take symbols from this System.map if the kernel's own are not found",
	 0},
	{"no-cache", KEY_NO_CACHE, NULL, 0,
	 "Neither read nor write the cache of symbols on disk", 0},
	{"key", KEY_KEY, "FILE", 0,
	 "For targets with keys: the private key of the IDS (default: $FATHOM_KEY, else ~/.config/fathom/ids.key)",
	 0},
	{"agent-key", KEY_AGENT_KEY, "FILE", 0,
	 "For targets with keys: the agent's public key (default: $FATHOM_AGENT_KEY, else ~/.config/fathom/agent.pub)",
	 0},
	{"timeout", KEY_TIMEOUT, "SECONDS", 0,
	 "For the same: how long to wait for an answer (default: 20)", 0},
	{"reconnect", KEY_RECONNECT, "SECONDS", 0,
	 "For the same: how long to look for a connection that was lost before giving up (default: 10; 0: not at all)",
	 0},
	{},
};

/* Set, but empty, is how a shell user unsets it for one command. */
static const char *environment(const char *name)
{
	const char *value = getenv(name);

	return value && value[0] ? value : NULL;
}

/* As libfathom takes it. */
static bool is_set(const char *name)
{
	const char *value = environment(name);

	return value && strcmp(value, "0") != 0;
}

static void check_seconds(const char *option, const char *text, bool zero,
			  struct argp_state *state)
{
	uint32_t ms;

	if (!fathom_seconds_parse(text, &ms) || (!ms && !zero))
		argp_error(state, "--%s: `%s' is not a number of seconds%s",
			   option, text, zero ? "" : " above 0");
}

static error_t parse_patience(int key, const char *argument,
			      struct argp_state *state)
{
	struct target_options *target = state->input;

	switch (key) {
	case KEY_TIMEOUT:
		check_seconds("timeout", argument, false, state);
		target->timeout = argument;
		return 0;
	case KEY_RECONNECT:
		check_seconds("reconnect", argument, true, state);
		target->reconnect = argument;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct target_options *target = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		target->uri = environment("FATHOM_TARGET");
		target->system_map = environment("FATHOM_SYSTEM_MAP");
		target->no_cache = is_set("FATHOM_NO_CACHE");
		target->key = environment("FATHOM_KEY");
		target->agent_key = environment("FATHOM_AGENT_KEY");
		target->timeout = environment("FATHOM_TIMEOUT");
		target->reconnect = environment("FATHOM_RECONNECT");
		return 0;
	case 't':
		target->uri = argument;
		return 0;
	case KEY_SYSTEM_MAP:
		target->system_map = argument;
		return 0;
	case KEY_NO_CACHE:
		target->no_cache = true;
		return 0;
	case KEY_KEY:
		target->key = argument;
		return 0;
	case KEY_AGENT_KEY:
		target->agent_key = argument;
		return 0;
	default:
		return parse_patience(key, argument, state);
	}
}

const struct argp target_options_argp = {
	.options = options,
	.parser = parse,
};

static int status_of(const struct fathom_error *error)
{
	return error->code == FATHOM_ERROR_INVALID_ARGUMENT
		       ? FATHOM_EXIT_USAGE
		       : FATHOM_EXIT_TARGET;
}

/* What the environment says has not been checked yet. */
static void set_patience(const struct target_options *options,
			 struct fathom_target_options *settings)
{
	uint32_t ms;

	if (options->timeout) {
		if (!fathom_seconds_parse(options->timeout, &ms) || !ms)
			errx(FATHOM_EXIT_USAGE,
			     "FATHOM_TIMEOUT=%s: not a number of seconds above 0",
			     options->timeout);
		settings->timeout_ms = ms;
	}
	if (options->reconnect) {
		if (!fathom_seconds_parse(options->reconnect, &ms))
			errx(FATHOM_EXIT_USAGE,
			     "FATHOM_RECONNECT=%s: not a number of seconds",
			     options->reconnect);
		settings->reconnect_ms = ms ? ms : FATHOM_NO_RECONNECT;
	}
}

struct fathom_target *target_options_open(const struct target_options *options)
{
	struct fathom_target_options settings = {
		.size = sizeof(settings),
		.system_map = options->system_map,
		.no_cache = options->no_cache,
		.key = options->key,
		.agent_key = options->agent_key,
	};
	struct fathom_target *target;
	struct progress *progress;
	struct fathom_error *error;
	char *text;

	if (!options->uri)
		errx(FATHOM_EXIT_USAGE,
		     "which target? give --target URI or set FATHOM_TARGET");
	set_patience(options, &settings);
	text = xformat("opening %s", options->uri);
	progress = progress_begin(text);
	error = fathom_target_open(options->uri, &settings, &target);
	progress_end(progress);
	free(text);
	if (error)
		die(status_of(error), error);
	return target;
}
