/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * See cc_functions.h.
 */
#include "cc_functions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fathom/error.h>

#include "argument_list.h"
#include "cc_command.h"
#include "compiler_flags.h"
#include "headers.h"
#include "kernel_build.h"
#include "kernel_function.h"
#include "memory.h"

/* The command that builds them, for a user to copy. */
static char *building(const struct cc_command *command,
		      const struct fathom_headers *headers)
{
	const char *source = command->kernel_source;

	return xformat("fathom proc build --kernel-headers %s%s%s",
		       headers->release, source ? " --kernel-source " : "",
		       source ? source : "");
}

static struct fathom_error *not_built(const struct cc_command *command,
				      const struct fathom_headers *headers)
{
	char *words = building(command, headers);
	struct fathom_error *error = fathom_error_create(
		FATHOM_ERROR_INVALID_ARGUMENT,
		"--kernel-functions: those of kernel %s are not built, or not by this Fathom; `%s` does it, in some minutes",
		headers->release, words);

	free(words);
	return error;
}

struct fathom_error *cc_functions_find(const struct cc_command *command,
				       const struct installation *installation,
				       char **ret)
{
	struct fathom_headers *headers;
	struct fathom_error *error;

	*ret = NULL;
	if (!command->kernel_functions || !command->links)
		return NULL;
	if (command->kernel_headers &&
	    !strcmp(command->kernel_headers, KERNEL_HEADERS_NONE))
		return fathom_error_create(
			FATHOM_ERROR_INVALID_ARGUMENT,
			"--kernel-functions: of which kernel? --kernel-headers says none");
	error = fathom_headers_find(command->kernel_headers, &headers);
	if (error)
		return error;
	error = kernel_build_functions(installation, headers,
				       command->kernel_source, ret);
	if (!error && !*ret)
		error = not_built(command, headers);
	fathom_headers_destroy(headers);
	return error;
}

static void explain_one(const struct cc_command *command, const char *functions,
			const char *name)
{
	const char *text = "";

	if (command->kernel_functions)
		text = ", and not among those of --kernel-functions: an IDS cannot call it";
	else if (functions && kernel_build_has(functions, name))
		text = ": link it with --kernel-functions";
	else if (functions)
		text = ": an IDS cannot call it";
	fprintf(stderr,
		"fathom-cc: `%s` is a function of the kernel without a body in the headers%s\n",
		name, text);
}

static void explain_all(const struct cc_command *command,
			const struct fathom_headers *headers,
			const char *functions,
			const struct argument_list *names)
{
	bool any = false;
	char *words;

	for (size_t i = 0; i < names->count; i++) {
		const char *name = names->items[i];

		if (!(functions && kernel_build_has(functions, name)) &&
		    !kernel_function_exists(headers, name))
			continue;
		explain_one(command, functions, name);
		any = true;
	}
	if (!any || functions)
		return;
	words = building(command, headers);
	fprintf(stderr,
		"fathom-cc: an IDS can call those that `%s` finds in the kernel's source, by --kernel-functions\n",
		words);
	free(words);
}

void cc_functions_explain(const struct cc_command *command,
			  const struct installation *installation,
			  const struct argument_list *names)
{
	struct fathom_headers *headers;
	char *functions = NULL;
	struct fathom_error *error;

	error = fathom_headers_find(command->kernel_headers, &headers);
	if (error) {
		/* Whether they are the kernel's cannot be told, then. */
		fathom_error_destroy(error);
		return;
	}
	error = kernel_build_functions(installation, headers,
				       command->kernel_source, &functions);
	fathom_error_destroy(error);
	explain_all(command, headers, functions, names);
	free(functions);
	fathom_headers_destroy(headers);
}
