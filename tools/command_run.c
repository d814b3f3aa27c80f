/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * `fathom run`: put the settings into the environment, where libfathom's
 * start-up code in the program looks for them, and become the program. Its
 * exit status, signals and terminal are its own.
 */
#include "command.h"

#include <argp.h>
#include <err.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "status.h"
#include "target_options.h"

enum { KEY_LOOP_LIMIT = 0x200, KEY_PREFETCH, KEY_SEAL, KEY_STATISTICS };

struct run_options {
	struct target_options target;
	const char *loop_limit;
	const char *prefetch;
	bool seal;
	bool statistics;
	char **program; /* its name and arguments */
};

static const struct argp_option options[] = {
	{"loop-limit", KEY_LOOP_LIMIT, "N", 0,
	 "Iterations after which a loop through the target's memory is a fault (default: 4194304)",
	 0},
	{"prefetch", KEY_PREFETCH, "PAGES", 0,
	 "Most pages of objects ahead of the program that one call of the agent may bring (default: 256; 0: none)",
	 0},
	{"seal", KEY_SEAL, NULL, 0,
	 "Put the program out of reach of its peers: keys and what was read in secret memory, no files, no network, no other system calls than it needs, a user ID of its own",
	 0},
	{"statistics", KEY_STATISTICS, NULL, 0,
	 "When the program ends, write counters to standard error", 0},
	{},
};

static void check_loop_limit(const char *text, struct argp_state *state)
{
	char *end;

	errno = 0;
	/* strtoull() accepts a sign; we do not. */
	if (text[0] < '0' || text[0] > '9' || !strtoull(text, &end, 0) ||
	    *end || errno)
		argp_error(state, "--loop-limit: `%s' is not a number above 0",
			   text);
}

/* As libfathom reads it: start.c. */
static void check_prefetch(const char *text, struct argp_state *state)
{
	unsigned long pages;
	char *end;

	errno = 0;
	pages = strtoul(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end || errno ||
	    pages > UINT32_MAX)
		argp_error(state, "--prefetch: `%s' is not a number of pages",
			   text);
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct run_options *run = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &run->target;
		return 0;
	case KEY_LOOP_LIMIT:
		check_loop_limit(argument, state);
		run->loop_limit = argument;
		return 0;
	case KEY_PREFETCH:
		check_prefetch(argument, state);
		run->prefetch = argument;
		return 0;
	case KEY_SEAL:
		run->seal = true;
		return 0;
	case KEY_STATISTICS:
		run->statistics = true;
		return 0;
	case ARGP_KEY_ARG:
		/* The rest is the program's, options included. */
		run->program = state->argv + state->next - 1;
		state->next = state->argc;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "which program?");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {
	{&target_options_argp, 0, NULL, 0},
	{},
};

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "PROGRAM [ARGUMENT...]",
	.doc = "Run an IDS program, compiled with fathom-cc, on a target.\v"
	       "The exit status is the program's; 119: it crashed, 120: an uncaught fault, "
	       "121: the target cannot be reached or used, or has gone, 122: program and "
	       "target do not fit, 123: a setting is wrong, 125: fathom run failed, 126: "
	       "PROGRAM cannot be executed, 127: PROGRAM was not found.",
	.children = children,
};

static void set(const char *name, const char *value)
{
	if (value && setenv(name, value, 1))
		err(STATUS_TOOL_FAILED, "setting %s", name);
}

int command_run(int argc, char **argv)
{
	struct run_options run = {};
	int reason;

	argp_err_exit_status = STATUS_TOOL_FAILED;
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &run);
	if (!run.target.uri)
		errx(STATUS_TOOL_FAILED,
		     "which target? give --target URI or set FATHOM_TARGET");

	set("FATHOM_TARGET", run.target.uri);
	set("FATHOM_SYSTEM_MAP", run.target.system_map);
	set("FATHOM_NO_CACHE", run.target.no_cache ? "1" : NULL);
	set("FATHOM_KEY", run.target.key);
	set("FATHOM_AGENT_KEY", run.target.agent_key);
	set("FATHOM_LOOP_LIMIT", run.loop_limit);
	set("FATHOM_PREFETCH", run.prefetch);
	set("FATHOM_SEAL", run.seal ? "1" : NULL);
	set("FATHOM_STATISTICS", run.statistics ? "1" : NULL);
	execvp(run.program[0], run.program);
	reason = errno;
	warn("%s", run.program[0]);
	return reason == ENOENT ? STATUS_NOT_FOUND : STATUS_CANNOT_EXECUTE;
}
