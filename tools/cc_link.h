/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Linking an IDS program, and explaining the one failure that every newcomer
 * meets: a call of a kernel function.
 */
#ifndef FATHOM_TOOLS_CC_LINK_H
#define FATHOM_TOOLS_CC_LINK_H

struct cc_command;
struct installation;

/**
 * Run clang, passing its standard error on as it comes. When it fails and
 * the linker named undefined symbols that are functions of the kernel, one
 * line of explanation follows for each.
 *
 * @param[in] command What @p arguments are made of; NULL if nothing is linked.
 * @return Its exit status. If it was ended by a signal, so is this process.
 */
int cc_link_run(char *const *arguments, const struct cc_command *command,
		const struct installation *installation);

#endif /* FATHOM_TOOLS_CC_LINK_H */
