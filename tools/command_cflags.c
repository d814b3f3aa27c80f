/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * `fathom cflags`: what fathom-cc would put on clang's command line, for
 * those who call clang themselves.
 */
#include "command.h"

#include <argp.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fathom/error.h>

#include "argument_list.h"
#include "clang.h"
#include "compiler_flags.h"
#include "die.h"
#include "installation.h"
#include "status.h"

enum {
	KEY_KERNEL_HEADERS = 0x100,
	KEY_CFLAGS,
	KEY_LIBS,
	KEY_PLUGIN,
	KEY_CLANG,
};

struct cflags_options {
	const char *kernel_headers;
	bool cflags, libs, plugin, clang;
};

static const struct argp_option options[] = {
	{"kernel-headers", KEY_KERNEL_HEADERS, "RELEASE|DIR", 0,
	 "Kernel headers package (default: the newest installed)", 0},
	{"cflags", KEY_CFLAGS, NULL, 0,
	 "Print the flags for compiling (the default)", 0},
	{"libs", KEY_LIBS, NULL, 0, "Print the flags for linking", 0},
	{"plugin", KEY_PLUGIN, NULL, 0, "Print the path of the plugin", 0},
	{"clang", KEY_CLANG, NULL, 0,
	 "Print the name of the clang that can load the plugin", 0},
	{},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct cflags_options *wanted = state->input;

	switch (key) {
	case KEY_KERNEL_HEADERS:
		wanted->kernel_headers = argument;
		return 0;
	case KEY_CFLAGS:
		wanted->cflags = true;
		return 0;
	case KEY_LIBS:
		wanted->libs = true;
		return 0;
	case KEY_PLUGIN:
		wanted->plugin = true;
		return 0;
	case KEY_CLANG:
		wanted->clang = true;
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "`%s' is one argument too many", argument);
		return 0;
	case ARGP_KEY_END:
		if (!wanted->libs && !wanted->plugin && !wanted->clang)
			wanted->cflags = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.doc = "Print what plain clang needs to compile and link an IDS program:\n"
	       "clang -fpass-plugin=$(fathom cflags --plugin) $(fathom cflags) FILE.c $(fathom cflags --libs)\v"
	       "Exit status: 0, 125 if something is missing (see `fathom doctor'), 123 for "
	       "wrong usage.",
};

static struct fathom_error *collect(const struct cflags_options *wanted,
				    const struct installation *installation,
				    struct argument_list *list)
{
	struct fathom_error *error = NULL;
	char *clang;

	if (wanted->clang) {
		error = clang_find(&clang);
		if (!error) {
			argument_list_add(list, clang);
			free(clang);
		}
	}
	if (!error && wanted->plugin) {
		error = installation_need_plugin(installation);
		if (!error)
			argument_list_add(list, installation->plugin);
	}
	if (!error && wanted->cflags)
		error = compiler_flags_compile(installation,
					       wanted->kernel_headers, list);
	if (!error && wanted->libs)
		error = compiler_flags_link(installation, list);
	return error;
}

/* A shell splits the output of $(...) at white space, whatever is quoted. */
static void refuse_white_space(const struct argument_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		if (strpbrk(list->items[i], " \t\n"))
			errx(STATUS_TOOL_FAILED,
			     "`%s' contains white space, which $(fathom cflags) cannot carry; use fathom-cc",
			     list->items[i]);
}

int command_cflags(int argc, char **argv)
{
	struct cflags_options wanted = {};
	struct installation installation;
	struct argument_list list = {};
	struct fathom_error *error;

	argp_parse(&argp, argc, argv, 0, NULL, &wanted);
	error = installation_find(&installation);
	if (!error)
		error = collect(&wanted, &installation, &list);
	if (error)
		die(STATUS_TOOL_FAILED, error);
	refuse_white_space(&list);
	for (size_t i = 0; i < list.count; i++)
		printf("%s%s", i ? " " : "", list.items[i]);
	putchar('\n');
	argument_list_deinit(&list);
	installation_deinit(&installation);
	return EXIT_SUCCESS;
}
