/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * See target_options.h.
 */
#include "target_options.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

#include <fathom/target.h>

#include "die.h"
#include "memory.h"
#include "progress.h"

enum { KEY_SYSTEM_MAP = 0x100, KEY_NO_CACHE, KEY_KEY, KEY_AGENT_KEY };

static const struct argp_option options[] = {
	{"target", 't', "URI", 0,
	 "The target: qemu:QMP-SOCKET, dump:FILE, smi:[RELAY-SOCKET], smi+qemu:QMP-SOCKET, tcp:ADDRESS:PORT or shm:PATH (default: $FATHOM_TARGET)",
	 0},
	{"system-map", KEY_SYSTEM_MAP, "FILE", 0,
	 "Take symbols from this System.map if the kernel's own are not found",
	 0},
	{"no-cache", KEY_NO_CACHE, NULL, 0,
	 "Neither read nor write the cache of symbols on disk", 0},
	{"key", KEY_KEY, "FILE", 0,
	 "For smi: targets: the private key of the IDS (default: $FATHOM_KEY, else ~/.config/fathom/ids.key)",
	 0},
	{"agent-key", KEY_AGENT_KEY, "FILE", 0,
	 "For smi: targets: the agent's public key (default: $FATHOM_AGENT_KEY, else ~/.config/fathom/agent.pub)",
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
		return ARGP_ERR_UNKNOWN;
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
	text = xformat("opening %s", options->uri);
	progress = progress_begin(text);
	error = fathom_target_open(options->uri, &settings, &target);
	progress_end(progress);
	free(text);
	if (error)
		die(status_of(error), error);
	return target;
}
