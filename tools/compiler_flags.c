/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * See compiler_flags.h.
 */
#include "compiler_flags.h"

#include <string.h>

#include <fathom/error.h>

#include "argument_list.h"
#include "headers.h"
#include "installation.h"

static struct fathom_error *
kernel_flags(const struct installation *installation,
	     const char *kernel_headers, struct argument_list *list)
{
	struct fathom_headers *headers;
	struct fathom_error *error;
	char **flags;

	error = fathom_headers_find(kernel_headers, &headers);
	if (error)
		return error;
	error = fathom_headers_flags(headers, installation->include_dir,
				     &flags);
	fathom_headers_destroy(headers);
	if (error)
		return error;
	for (size_t i = 0; flags[i]; i++)
		argument_list_add(list, flags[i]);
	fathom_headers_free_flags(flags);
	return NULL;
}

struct fathom_error *
compiler_flags_compile(const struct installation *installation,
		       const char *kernel_headers, struct argument_list *list)
{
	/* Diagnostics of the pass and of faults name lines of the source. */
	argument_list_add(list, "-g");
	if (!kernel_headers || strcmp(kernel_headers, KERNEL_HEADERS_NONE) != 0)
		return kernel_flags(installation, kernel_headers, list);
	argument_list_format(list, "-I%s", installation->include_dir);
	return NULL;
}

static void add_private_writes(const struct installation *installation,
			       struct argument_list *list)
{
	/* The plugin's options are known only after it was loaded this way. */
	argument_list_add(list, "-Xclang");
	argument_list_add(list, "-load");
	argument_list_add(list, "-Xclang");
	argument_list_add(list, installation->plugin);
	argument_list_add(list, "-mllvm");
	argument_list_add(list, "-fathom-private-writes");
	/* Tells the pass the types of functions and of calls. */
	argument_list_add(list, "-fsanitize=kcfi");
}

struct fathom_error *
compiler_flags_plugin(const struct installation *installation,
		      bool private_writes, struct argument_list *list)
{
	struct fathom_error *error = installation_need_plugin(installation);

	if (error)
		return error;
	argument_list_format(list, "-fpass-plugin=%s", installation->plugin);
	if (private_writes)
		add_private_writes(installation, list);
	return NULL;
}

struct fathom_error *
compiler_flags_link(const struct installation *installation,
		    struct argument_list *list)
{
	struct fathom_error *error = installation_need_library(installation);

	if (error)
		return error;
	argument_list_format(list, "-L%s", installation->library_dir);
	argument_list_add(list, "-lfathom");
	if (!installation_library_is_system(installation))
		argument_list_format(list, "-Wl,-rpath,%s",
				     installation->library_dir);
	return NULL;
}

void compiler_flags_functions(struct argument_list *list)
{
	/* The kernel's assembly wants addresses of 31 bits. */
	argument_list_add(list, "-no-pie");
	/*
	 * Not those where programs of the target are: a number there could be a
	 * pointer of this program.
	 */
	argument_list_add(list, "-Wl,-Ttext-segment=0x50000000");
	argument_list_add(list, "-Wl,--gc-sections");
}
