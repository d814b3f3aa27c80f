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

enum {
	KEY_SEAL = 0x300,
	KEY_JSON,
	KEY_REPORT,
	KEY_HEARTBEAT,
	KEY_REPORT_KEY,
	KEY_WATCH_KEY,
};

struct run_options {
	struct program_options settings;
	bool seal;
	bool json;
	const char *report; /* tls:HOST:PORT; NULL: not given */
	const char *heartbeat;
	const char *report_key;
	const char *watch_key;
	char **program; /* its name and arguments */
};

static const struct argp_option options[] = {
	{"seal", KEY_SEAL, NULL, 0,
	 "Put the program out of reach of its peers: keys and what was read in secret memory, no files, no network, no other system calls than it needs, a user ID of its own",
	 0},
	{"json", KEY_JSON, NULL, 0,
	 "Print findings as lines of JSON, with the names of the Elastic Common Schema",
	 0},
	{"report", KEY_REPORT, "tls:HOST:PORT", 0,
	 "Send findings, and signs of life, to the `fathom watch' there", 0},
	{"heartbeat", KEY_HEARTBEAT, "SECONDS", 0,
	 "With --report: ask for a sign of life so often (default: 10)", 0},
	{"report-key", KEY_REPORT_KEY, "FILE", 0,
	 "With --report: the private key of the IDS (default: $FATHOM_REPORT_KEY, else ~/.config/fathom/report.key)",
	 0},
	{"watch-key", KEY_WATCH_KEY, "FILE", 0,
	 "With --report: the watcher's public key (default: $FATHOM_WATCH_KEY, else ~/.config/fathom/watch.pub)",
	 0},
	{},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct run_options *run = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &run->settings;
		return 0;
	case KEY_SEAL:
		run->seal = true;
		return 0;
	case KEY_JSON:
		run->json = true;
		return 0;
	case KEY_REPORT:
		run->report = argument;
		return 0;
	case KEY_HEARTBEAT:
		run->heartbeat = argument;
		return 0;
	case KEY_REPORT_KEY:
		run->report_key = argument;
		return 0;
	case KEY_WATCH_KEY:
		run->watch_key = argument;
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
	       "The exit status is the program's; 118: the watcher has not got all "
	       "findings, 119: it crashed, 120: an uncaught fault, "
	       "121: the target cannot be reached or used, or has gone, 122: program and "
	       "target do not fit, 123: a setting is wrong, 125: fathom run failed, 126: "
	       "PROGRAM cannot be executed, 127: PROGRAM was not found.",
	.children = children,
};

static void apply_report(const struct run_options *run)
{
	program_options_set("FATHOM_JSON", run->json ? "1" : NULL);
	program_options_set("FATHOM_REPORT", run->report);
	program_options_set("FATHOM_HEARTBEAT", run->heartbeat);
	program_options_set("FATHOM_REPORT_KEY", run->report_key);
	program_options_set("FATHOM_WATCH_KEY", run->watch_key);
}

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
	apply_report(&run);
	execvp(run.program[0], run.program);
	reason = errno;
	warn("%s", run.program[0]);
	return reason == ENOENT ? STATUS_NOT_FOUND : STATUS_CANNOT_EXECUTE;
}
