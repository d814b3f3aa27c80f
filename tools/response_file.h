/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Files of further arguments (@FILE), as gcc, clang and ld take them.
 */
#ifndef FATHOM_TOOLS_RESPONSE_FILE_H
#define FATHOM_TOOLS_RESPONSE_FILE_H

#include <stdbool.h>

struct argument_list;

/**
 * Append the arguments in @p path: separated by white space, quoted by ' or ",
 * with \ before any character that is to stand for itself (gcc(1), @file).
 *
 * @return false if it cannot be read, which makes @FILE a plain file name.
 */
bool response_file_read(const char *path, struct argument_list *list);

#endif /* FATHOM_TOOLS_RESPONSE_FILE_H */
