/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * fathom-cc --kernel-functions: the functions of the kernel's source that are
 * linked, and what an author is told of a function that is not there.
 */
#ifndef FATHOM_TOOLS_CC_FUNCTIONS_H
#define FATHOM_TOOLS_CC_FUNCTIONS_H

struct argument_list;
struct cc_command;
struct fathom_error;
struct installation;

/**
 * Path of the object to link, to be freed; NULL if @p command does not want it.
 *
 * @return An error if it is not built; it says how that is done.
 */
struct fathom_error *cc_functions_find(const struct cc_command *command,
				       const struct installation *installation,
				       char **ret);

/**
 * Tell, on standard error, which of the symbols that the linker lacked are
 * functions of the kernel, and what can be done. Others are passed over.
 */
void cc_functions_explain(const struct cc_command *command,
			  const struct installation *installation,
			  const struct argument_list *names);

#endif /* FATHOM_TOOLS_CC_FUNCTIONS_H */
