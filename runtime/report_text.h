/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Text from a target, or from anybody on the network, for logs and terminals.
 */
#ifndef FATHOM_REPORT_TEXT_H
#define FATHOM_REPORT_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/**
 * Copy text so that it is printable UTF-8 on one line: bytes that are not
 * UTF-8, control characters, and those that turn the direction of writing
 * become \xNN, and a backslash is doubled. What does not fit is cut off, with
 * an ellipsis in its place.
 *
 * @param[out] to Room for @p size bytes, at least 8.
 */
void report_text_clean(char *to, size_t size, const char *from, size_t length);

/**
 * Whether text is what @ref report_text_clean() may have made: printable UTF-8
 * on one line. Backslashes are taken as they are.
 */
bool report_text_is_clean(const char *text, size_t length);

/**
 * Copy a word: what is neither letter, digit, nor in @p others becomes "_".
 * Nothing becomes "_", too.
 *
 * @param[out] to Room for @p size bytes, at least 2.
 */
void report_text_word(char *to, size_t size, const char *from,
		      const char *others);

#endif /* FATHOM_REPORT_TEXT_H */
