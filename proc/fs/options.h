/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * What `fathom proc` can do with a target's /proc, and the options of that.
 * The tool checks them before it opens a target, and hands them on to the
 * program that was built for the target's kernel, which has the same table.
 */
#ifndef FATHOMFS_OPTIONS_H
#define FATHOMFS_OPTIONS_H

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>

enum fathomfs_action {
	FATHOMFS_BUILD, /* the tool's alone */
	FATHOMFS_SNAPSHOT,
	FATHOMFS_MOUNT,
	FATHOMFS_EXEC,
};

struct fathomfs_options {
	enum fathomfs_action action;
	const char *directory; /* of snapshot and mount */
	char **command;	       /* of exec, NULL-terminated */
	const char **only;     /* globs; all if there are none */
	size_t only_count;
	const char *refresh; /* as given; NULL: not */
	double refresh_seconds;
	bool force;
	bool foreground;
	bool allow_other;
};

/**
 * argp child; its input is a zeroed struct fathomfs_options. Takes the
 * arguments as well: ACTION and what follows.
 */
extern const struct argp fathomfs_options_argp;

/** "snapshot" and so on. */
const char *fathomfs_action_name(enum fathomfs_action action);

/**
 * The words that say the same.
 *
 * @param[in] name First of the words.
 * @return NULL-terminated; the words are those of @p fs, or static.
 */
char **fathomfs_options_words(const struct fathomfs_options *fs, char *name);

#endif /* FATHOMFS_OPTIONS_H */
