/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The clang that can load our plugin: a plugin works only in the major
 * version of LLVM it was built for.
 */
#ifndef FATHOM_TOOLS_CLANG_H
#define FATHOM_TOOLS_CLANG_H

struct fathom_error;

/**
 * Find clang: $FATHOM_CLANG if set, else clang-MAJOR by PATH, else the one
 * beside the LLVM of this build, else plain clang by PATH.
 *
 * @param[out] ret Path or name for execvp(); freed by the caller.
 * @return What is missing, or which wrong version $FATHOM_CLANG is.
 */
struct fathom_error *clang_find(char **ret);

/**
 * Version of @p clang, as in "19.1.7".
 *
 * @param[out] ret Freed by the caller.
 */
struct fathom_error *clang_version(const char *clang, char **ret);

/** Major version of LLVM the plugin was built for, as text. */
const char *clang_wanted_major(void);

#endif /* FATHOM_TOOLS_CLANG_H */
