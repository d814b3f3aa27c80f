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
#include <stdbool.h>
#include <unistd.h>

#include "program_options.h"
#include "status.h"

enum { KEY_SEAL = 0x300 };

struct run_options {
	struct program_options settings;
	bool seal;
	char **program; /* its name and arguments */
};

static const struct argp_option options[] = {
	{"seal", KEY_SEAL, NULL, 0,
	 "Put the program out of reach of its peers: keys and what was read in secret memory, no files, no network, no other system calls than it needs, a user ID of its own",
	 0},
	{},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct run_options *run = state->input;

	(void)argument;
	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &run->settings;
		return 0;
	case KEY_SEAL:
		run->seal = true;
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
	{&program_options_argp, 0, NULL, 0},
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

int command_run(int argc, char **argv)
{
	struct run_options run = {};
	int reason;

	argp_err_exit_status = STATUS_TOOL_FAILED;
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &run);
	if (!run.settings.target.uri)
		errx(STATUS_TOOL_FAILED,
		     "which target? give --target URI or set FATHOM_TARGET");

	program_options_apply(&run.settings);
	program_options_set("FATHOM_SEAL", run.seal ? "1" : NULL);
	execvp(run.program[0], run.program);
	reason = errno;
	warn("%s", run.program[0]);
	return reason == ENOENT ? STATUS_NOT_FOUND : STATUS_CANNOT_EXECUTE;
}
