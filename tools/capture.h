/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Run a program to the end and keep what it says.
 */
#ifndef FATHOM_TOOLS_CAPTURE_H
#define FATHOM_TOOLS_CAPTURE_H

struct fathom_error;

struct captured {
	int status;   /* exit status, or 128 + signal as shells say it */
	char *output; /* standard output and error as they came, with a NUL */
};

/**
 * Run @p arguments (found by PATH unless it has a slash).
 *
 * @param[in] input What the program reads on standard input; NULL: nothing.
 * @param[out] ret Freed by @ref captured_deinit(). That the program failed is
 * no error here: its status tells.
 * @return FATHOM_ERROR_OS if it could not be run at all.
 */
struct fathom_error *capture(char *const *arguments, const char *input,
			     struct captured *ret);

void captured_deinit(struct captured *captured);

#endif /* FATHOM_TOOLS_CAPTURE_H */
