/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * `fathom proc`: the target's /proc. The kernel's own code prints it, so there
 * is one program for each release; find out which, have it built if it is not
 * there yet, and become it.
 */
#include "command.h"

#include <argp.h>
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <fathom/error.h>
#include <fathom/target.h>

#include "die.h"
#include "headers.h"
#include "installation.h"
#include "kernel_build.h"
#include "memory.h"
#include "options.h"
#include "printable.h"
#include "program_options.h"
#include "status.h"

enum { KEY_KERNEL_HEADERS = 0x500, KEY_KERNEL_SOURCE, KEY_TIME_LIMIT };

/* A day: in milliseconds, it is still a number of 32 bits. */
#define MAX_TIME_LIMIT 86400

struct proc_options {
	struct program_options settings;
	struct fathomfs_options fs;
	const char *headers;
	const char *source;
	const char *time_limit;
};

static const struct argp_option options[] = {
	{"kernel-headers", KEY_KERNEL_HEADERS, "RELEASE|DIR", 0,
	 "Kernel headers package (default: that of the target's kernel)", 0},
	{"kernel-source", KEY_KERNEL_SOURCE, "DIR", 0,
	 "Source tree of the target's kernel (default: Debian's source package, fetched once)",
	 0},
	{"time-limit", KEY_TIME_LIMIT, "SECONDS", 0,
	 "CPU time that one file may take (default: 10)", 0},
	{},
};

static void check_time_limit(const char *text, struct argp_state *state)
{
	unsigned long seconds;
	char *end;

	errno = 0;
	seconds = strtoul(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end || errno || !seconds ||
	    seconds > MAX_TIME_LIMIT)
		argp_error(state,
			   "--time-limit: `%s' is not a number of seconds",
			   text);
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct proc_options *proc = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &proc->fs;
		state->child_inputs[1] = &proc->settings;
		return 0;
	case KEY_KERNEL_HEADERS:
		proc->headers = argument;
		return 0;
	case KEY_KERNEL_SOURCE:
		proc->source = argument;
		return 0;
	case KEY_TIME_LIMIT:
		check_time_limit(argument, state);
		proc->time_limit = argument;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {
	{&fathomfs_options_argp, 0, NULL, 0},
	{&program_options_argp, 0, NULL, 0},
	{},
};

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc =
		"build\nsnapshot DIRECTORY\nmount DIRECTORY\nexec [--] COMMAND [ARGUMENT...]",
	.doc = "Show a target's /proc, made from its memory by its kernel's own code: as plain "
	       "files, as a file system, or to one command, for which the target's is "
	       "/proc.\v"
	       "What does this is built for the target's kernel once, which takes some minutes; "
	       "build does only that, also for programs that call the kernel's functions "
	       "(fathom-cc(1)). The exit status of exec is the command's; 1: something was "
	       "left out of a snapshot, 121: the target cannot be reached or used, 123: wrong usage, 125: "
	       "fathom proc failed, 126: COMMAND cannot be executed, 127: COMMAND was not "
	       "found.",
	.children = children,
};

/* What uname -r says on the target. It becomes part of a path. */
static char *find_release(const struct target_options *options)
{
	struct fathom_target *target = target_options_open(options);
	const char *release = fathom_target_info(target)->release;
	char *copy;

	if (!release || !*release || *release == '.' || strchr(release, '/')) {
		copy = printable(release);
		errx(FATHOM_EXIT_TARGET,
		     "odd release of the target's kernel: %s",
		     copy ? copy : "none");
	}
	copy = xformat("%s", release);
	fathom_target_close(target);
	return copy;
}

static struct fathom_headers *find_headers(const struct proc_options *proc)
{
	struct fathom_headers *headers;
	struct fathom_error *error;
	char *release = NULL;

	if (!proc->headers)
		release = find_release(&proc->settings.target);
	error = fathom_headers_find(release ? release : proc->headers,
				    &headers);
	free(release);
	if (error)
		die(STATUS_TOOL_FAILED, error);
	return headers;
}

static char *prepare(const struct proc_options *proc)
{
	struct fathom_headers *headers = find_headers(proc);
	struct installation installation;
	struct fathom_error *error = installation_find(&installation);
	char *program = NULL;

	if (!error)
		error = kernel_build_program(&installation, headers,
					     proc->source, &program);
	if (error)
		die(STATUS_TOOL_FAILED, error);
	installation_deinit(&installation);
	fathom_headers_destroy(headers);
	return program;
}

int command_proc(int argc, char **argv)
{
	struct proc_options proc = {};
	char *program;
	char *name;

	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &proc);
	if (!proc.settings.target.uri &&
	    (proc.fs.action != FATHOMFS_BUILD || !proc.headers))
		errx(FATHOM_EXIT_USAGE,
		     "which target? give --target URI or set FATHOM_TARGET");
	program = prepare(&proc);
	if (proc.fs.action == FATHOMFS_BUILD) {
		puts(program);
		free(program);
		return EXIT_SUCCESS;
	}
	program_options_apply(&proc.settings);
	program_options_set("FATHOM_TIME_LIMIT", proc.time_limit);
	name = xformat("fathom proc %s", fathomfs_action_name(proc.fs.action));
	execv(program, fathomfs_options_words(&proc.fs, name));
	err(STATUS_TOOL_FAILED, "%s", program);
}
