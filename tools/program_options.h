/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The settings of a compiled program, which libfathom's start-up code in it
 * looks for in the environment.
 */
#ifndef FATHOM_TOOLS_PROGRAM_OPTIONS_H
#define FATHOM_TOOLS_PROGRAM_OPTIONS_H

#include <argp.h>
#include <stdbool.h>

#include "target_options.h"

struct program_options {
	struct target_options target;
	const char *loop_limit;
	const char *max_memory;
	const char *prefetch;
	bool statistics;
};

/** argp child; its input is a zeroed struct program_options. */
extern const struct argp program_options_argp;

/** Put one setting into the environment. NULL leaves what is there. */
void program_options_set(const char *name, const char *value);

/** Put all of them there. */
void program_options_apply(const struct program_options *program);

#endif /* FATHOM_TOOLS_PROGRAM_OPTIONS_H */
