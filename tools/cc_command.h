/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * What an author's fathom-cc command line asks for.
 */
#ifndef FATHOM_TOOLS_CC_COMMAND_H
#define FATHOM_TOOLS_CC_COMMAND_H

#include <stdbool.h>

#include "argument_list.h"

struct fathom_error;

struct cc_command {
	struct argument_list arguments; /* for clang: ours taken out */
	char *kernel_headers;		/* value of --kernel-headers, or NULL */
	bool private_writes;		/* --private-writes */
	bool kernel_functions;		/* --kernel-functions */
	char *kernel_source;		/* its value, or NULL */
	bool help;
	bool version;
	bool verbose;	 /* clang's -v, --verbose or -### */
	bool has_inputs; /* any file at all */
	bool compiles;	 /* there is C source among them */
	bool code;	 /* and machine code or IR is made of it */
	bool links;	 /* a program or library is made in the end */
};

/**
 * Read the command line of fathom-cc.
 *
 * Response files (@FILE) are put in place of their names.
 *
 * @param[out] ret Deinitialised by @ref cc_command_deinit(), also on error.
 * @return What cannot be compiled, or an unreadable option of ours.
 */
struct fathom_error *cc_command_parse(int argc, char **argv,
				      struct cc_command *ret);

void cc_command_deinit(struct cc_command *command);

#endif /* FATHOM_TOOLS_CC_COMMAND_H */
