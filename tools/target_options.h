/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The options by which every command that reads a target names it.
 */
#ifndef FATHOM_TOOLS_TARGET_OPTIONS_H
#define FATHOM_TOOLS_TARGET_OPTIONS_H

#include <argp.h>
#include <stdbool.h>

struct fathom_target;

struct target_options {
	const char *uri; /* NULL: not given, nor in the environment */
	const char *system_map;
	bool no_cache;
	const char *key;       /* path; NULL: the default one */
	const char *agent_key; /* the same */
	const char *timeout;   /* seconds; NULL: the default */
	const char *reconnect; /* the same */
};

/** argp child; its input is a struct target_options, defaults filled in. */
extern const struct argp target_options_argp;

/**
 * Open the target, with a sign of life while that takes long. On failure it
 * says why and ends the process with the documented status.
 */
struct fathom_target *target_options_open(const struct target_options *options);

#endif /* FATHOM_TOOLS_TARGET_OPTIONS_H */
