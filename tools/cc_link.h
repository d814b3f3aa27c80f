/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Linking an IDS program, and explaining the one failure that every newcomer
 * meets: a call of a kernel function.
 */
#ifndef FATHOM_TOOLS_CC_LINK_H
#define FATHOM_TOOLS_CC_LINK_H

/**
 * Run clang, passing its standard error on as it comes. When it fails and
 * the linker named undefined symbols that are functions of the kernel, one
 * line of explanation follows for each.
 *
 * @param[in] kernel_headers Whose functions; as for compiler_flags_compile().
 * @return Its exit status. If it was ended by a signal, so is this process.
 */
int cc_link_run(char *const *arguments, const char *kernel_headers);

#endif /* FATHOM_TOOLS_CC_LINK_H */
