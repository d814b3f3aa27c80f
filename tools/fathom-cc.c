/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * fathom-cc: clang, with what it takes to compile an IDS program against the
 * kernel's headers through Fathom's pass, and to link libfathom.
 *
 * Our flags stand before the author's, so that the author's win.
 */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <fathom/error.h>

#include "argument_list.h"
#include "cc_command.h"
#include "cc_functions.h"
#include "cc_link.h"
#include "clang.h"
#include "compiler_flags.h"
#include "die.h"
#include "headers.h"
#include "installation.h"
#include "status.h"

static const char usage[] =
	"Usage: fathom-cc [CLANG OPTION...] FILE...\n"
	"Compile and link C programs that read a target's kernel through Fathom.\n"
	"\n"
	"All options are clang's, and these:\n"
	"  --kernel-headers=RELEASE|DIR  compile against the kernel headers package of\n"
	"                                this release (the newest 6.1, if it is 6.1),\n"
	"                                or in this folder, instead of the newest\n"
	"                                installed; \"none\": against none\n"
	"  --kernel-functions[=SOURCE]   link functions of the kernel's own source, which\n"
	"                                'fathom proc build' has built (from tree SOURCE)\n"
	"  --private-writes              for the kernel's own source: what it writes to\n"
	"                                the target's memory goes to this program's copy\n"
	"  --help                        show this text (clang's own: clang --help)\n"
	"  --version                     show the versions of clang and fathom-cc\n"
	"  -v, --verbose                 show the commands that are run\n"
	"  -###                          show the commands, but do not run them\n"
	"\n"
	"Environment:\n"
	"  FATHOM_CLANG                  the clang to use, of version " FATHOM_LLVM_MAJOR
	"\n"
	"\n"
	"A program is run with \"fathom run --target URI PROGRAM\". Manual: fathom-cc(1).\n";

/* As clang itself does: an error in the input is 1. */
__attribute__((noreturn)) static void fail(struct fathom_error *error)
{
	die(EXIT_FAILURE, fathom_error_prefix(error, "error"));
}

static void print_command(const char *label, const struct argument_list *list)
{
	fprintf(stderr, "%s:", label);
	for (size_t i = 0; i < list->count; i++)
		fprintf(stderr, " %s", list->items[i]);
	fputc('\n', stderr);
}

static void print_headers(const char *kernel_headers)
{
	struct fathom_headers *headers;
	struct fathom_error *error;

	if (kernel_headers && !strcmp(kernel_headers, KERNEL_HEADERS_NONE))
		return;
	error = fathom_headers_find(kernel_headers, &headers);
	if (error)
		fail(error);
	fprintf(stderr, "fathom-cc: kernel headers: %s (%s)\n",
		headers->release, headers->build);
	fathom_headers_destroy(headers);
}

static void build_arguments(const struct cc_command *command, const char *clang,
			    const struct installation *installation,
			    struct argument_list *list)
{
	struct fathom_error *error;
	char *functions;

	error = cc_functions_find(command, installation, &functions);
	argument_list_add(list, clang);
	/* The pipe that cc_link_run() reads would make clang drop colours. */
	if (command->links && isatty(STDERR_FILENO) && !getenv("NO_COLOR"))
		argument_list_add(list, "-fcolor-diagnostics");
	if (!error && command->compiles)
		error = compiler_flags_compile(installation,
					       command->kernel_headers, list);
	if (command->compiles && command->private_writes)
		argument_list_add(list, "-DFATHOM_PRIVATE_WRITES");
	if (!error && command->code)
		error = compiler_flags_plugin(installation,
					      command->private_writes, list);
	if (error)
		fail(error);
	if (functions)
		argument_list_add(list, functions);
	for (size_t i = 0; i < command->arguments.count; i++)
		argument_list_add(list, command->arguments.items[i]);
	if (functions)
		compiler_flags_functions(list);
	free(functions);
	if (command->links) {
		error = compiler_flags_link(installation, list);
		if (error)
			fail(error);
	}
}

/*
 * clang's text comes first: build systems take the first version number they
 * see for that of the compiler they know.
 */
static int print_version(const char *clang)
{
	char *arguments[] = {(char *)clang, "--version", NULL};
	int status = cc_link_run(arguments, NULL, NULL);

	if (!status)
		printf("fathom-cc %s\n", FATHOM_VERSION);
	return status;
}

static int run(char *const *arguments)
{
	execvp(arguments[0], arguments);
	warn("%s", arguments[0]);
	return errno == ENOENT ? STATUS_NOT_FOUND : STATUS_CANNOT_EXECUTE;
}

static int compile(const struct cc_command *command, const char *clang)
{
	struct installation installation;
	struct argument_list list = {};
	struct fathom_error *error;
	int status;

	error = installation_find(&installation);
	if (error)
		fail(error);
	build_arguments(command, clang, &installation, &list);
	if (command->verbose && command->has_inputs) {
		if (command->compiles)
			print_headers(command->kernel_headers);
		print_command("fathom-cc: running", &list);
	}
	status = command->links
			 ? cc_link_run(list.items, command, &installation)
			 : run(list.items);
	argument_list_deinit(&list);
	installation_deinit(&installation);
	return status;
}

int main(int argc, char **argv)
{
	struct cc_command command;
	struct fathom_error *error;
	char *clang;
	int status;

	error = cc_command_parse(argc, argv, &command);
	if (error)
		fail(error);
	if (command.help || argc == 1) {
		fputs(usage, command.help ? stdout : stderr);
		cc_command_deinit(&command);
		return argc == 1 ? EXIT_FAILURE : EXIT_SUCCESS;
	}
	error = clang_find(&clang);
	if (error)
		fail(error);
	status = command.version ? print_version(clang)
				 : compile(&command, clang);
	free(clang);
	cc_command_deinit(&command);
	return status;
}
