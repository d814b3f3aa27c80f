/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * fathom: the commands around an IDS program. What each does is in its
 * command_*.c; here they are told apart.
 */
#include <argp.h>
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fathom/target.h>

#include "command.h"
#include "memory.h"
#include "suggest.h"

/* More letters than this apart, two names have nothing to do with each other.
 */
#define SUGGEST_LIMIT 2

static const struct command commands[] = {
	{"run", "run an IDS program on a target", command_run},
	{"proc",
	 "show a target's /proc: to existing tools, mounted, or as files",
	 command_proc},
	{"info", "say what a target is: kernel, CPUs, memory", command_info},
	{"symbols", "list or look up symbols of a target's kernel",
	 command_symbols},
	{"cflags", "print the flags for compiling with plain clang",
	 command_cflags},
	{"doctor", "say what this machine lacks, and what mends it",
	 command_doctor},
	{"key", "make keys, and say which IDSes an agent serves", command_key},
	{"agent", "serve a guest's memory to IDSes elsewhere", command_agent},
	{"relay", "carry sealed messages between IDSes and an agent",
	 command_relay},
	{"watch", "take the findings of IDSes, and notice when one stops",
	 command_watch},
};

#define COMMAND_COUNT (sizeof(commands) / sizeof(commands[0]))

static void print_usage(FILE *to)
{
	fputs("Usage: fathom COMMAND [OPTION...]\n"
	      "Watch a Linux kernel from beneath it, with programs written in C.\n"
	      "\n"
	      "Commands:\n",
	      to);
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		fprintf(to, "  %-8s  %s\n", commands[i].name,
			commands[i].summary);
	fputs("  help      show the help of a command\n"
	      "\n"
	      "A target is named by a URI: qemu:QMP-SOCKET (a running guest), dump:FILE (an\n"
	      "image of its memory), smi: (this machine, by the agent in its firmware),\n"
	      "smi+qemu:QMP-SOCKET (a guest, by the agent in its firmware), tcp:HOST:PORT,\n"
	      "unix:PATH or shm:PATH (whatever the agent or relay there reaches). FATHOM_TARGET\n"
	      "in the environment spares --target.\n"
	      "Programs are compiled with fathom-cc. Manual: fathom(1).\n",
	      to);
}

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	return NULL;
}

static void refuse(const char *name)
{
	size_t best_distance = SUGGEST_LIMIT + 1;
	const char *best = NULL;

	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		size_t distance = suggest_distance(name, commands[i].name);

		if (distance < best_distance) {
			best_distance = distance;
			best = commands[i].name;
		}
	}
	fprintf(stderr, "fathom: `%s' is not a command", name);
	if (best)
		fprintf(stderr, "; did you mean `%s'?\n", best);
	else
		fputs("; see `fathom help'\n", stderr);
}

static int run_command(const struct command *command, int argc, char **argv)
{
	/* Not freed: err(3) and argp use it until the very end. */
	static char *name;

	name = xformat("fathom %s", command->name);
	argv[0] = name;
	program_invocation_name = name;
	program_invocation_short_name = name;
	return command->run(argc, argv);
}

static int help(int argc, char **argv)
{
	char *arguments[] = {NULL, "--help", NULL};
	const struct command *command;

	if (argc < 2) {
		print_usage(stdout);
		return EXIT_SUCCESS;
	}
	command = find_command(argv[1]);
	if (command)
		return run_command(command, 2, arguments);
	if (!strcmp(argv[1], "help")) {
		print_usage(stdout);
		return EXIT_SUCCESS;
	}
	refuse(argv[1]);
	return FATHOM_EXIT_USAGE;
}

static int dispatch(int argc, char **argv)
{
	const struct command *command;

	if (argc < 2) {
		print_usage(stderr);
		return FATHOM_EXIT_USAGE;
	}
	if (!strcmp(argv[1], "help") || !strcmp(argv[1], "--help") ||
	    !strcmp(argv[1], "-h") || !strcmp(argv[1], "-?"))
		return help(argc - 1, argv + 1);
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
		puts("fathom " FATHOM_VERSION);
		return EXIT_SUCCESS;
	}
	command = find_command(argv[1]);
	if (!command) {
		refuse(argv[1]);
		return FATHOM_EXIT_USAGE;
	}
	return run_command(command, argc - 1, argv + 1);
}

int main(int argc, char **argv)
{
	int status;

	argp_err_exit_status = FATHOM_EXIT_USAGE;
	status = dispatch(argc, argv);
	/* A full disk must not look like success. */
	if (fflush(stdout) || ferror(stdout)) {
		warn("writing the output");
		return EXIT_FAILURE;
	}
	return status;
}
