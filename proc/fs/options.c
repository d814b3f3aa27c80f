/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * See options.h.
 */
#include "options.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

/* Not told apart from "once" in a human's life. */
#define MAX_REFRESH 1e9

enum {
	KEY_FORCE = 0x400,
	KEY_ONLY,
	KEY_FOREGROUND,
	KEY_ALLOW_OTHER,
	KEY_REFRESH,
};

static const struct argp_option options[] = {
	{"force", KEY_FORCE, NULL, 0,
	 "snapshot: write into a folder that is not empty", 0},
	{"only", KEY_ONLY, "GLOB", 0,
	 "snapshot: only what matches, for example '[0-9]*/status'; may be repeated",
	 0},
	{"refresh", KEY_REFRESH, "SECONDS", 0,
	 "mount, exec: look at the target anew when so long has gone by (default: mount 0, at every opening; exec 1)",
	 0},
	{"foreground", KEY_FOREGROUND, NULL, 0,
	 "mount: do not go into the background", 0},
	{"allow-other", KEY_ALLOW_OTHER, NULL, 0,
	 "mount: for other users too, by the permissions of the files", 0},
	{},
};

/* By enum fathomfs_action. */
static const char *const names[] = {"build", "snapshot", "mount", "exec"};

#define ACTION_COUNT (sizeof(names) / sizeof(names[0]))

const char *fathomfs_action_name(enum fathomfs_action action)
{
	return names[action];
}

static void set_action(struct fathomfs_options *fs, const char *name,
		       struct argp_state *state)
{
	size_t i;

	for (i = 0; i < ACTION_COUNT; i++) {
		if (strcmp(name, names[i]) != 0)
			continue;
		fs->action = (enum fathomfs_action)i;
		return;
	}
	argp_error(state, "`%s' is none of build, snapshot, mount, exec", name);
}

static void set_refresh(struct fathomfs_options *fs, const char *text,
			struct argp_state *state)
{
	char *end;

	errno = 0;
	fs->refresh_seconds = strtod(text, &end);
	if (end == text || *end || errno || !isfinite(fs->refresh_seconds) ||
	    fs->refresh_seconds < 0 || fs->refresh_seconds > MAX_REFRESH)
		argp_error(state, "--refresh: `%s' is not a number of seconds",
			   text);
	fs->refresh = text;
}

static void add_only(struct fathomfs_options *fs, const char *glob)
{
	fs->only = xreallocarray(fs->only, fs->only_count + 1, sizeof(char *));
	fs->only[fs->only_count++] = glob;
}

static void take_argument(struct fathomfs_options *fs, char *argument,
			  struct argp_state *state)
{
	if (state->arg_num == 0) {
		set_action(fs, argument, state);
		return;
	}
	if (fs->action == FATHOMFS_EXEC) {
		/* The rest is the command's, options included. */
		fs->command = state->argv + state->next - 1;
		state->next = state->argc;
		return;
	}
	if (fs->action == FATHOMFS_BUILD || fs->directory)
		argp_error(state, "`%s' is one argument too many", argument);
	fs->directory = argument;
}

static void check(const struct fathomfs_options *fs, struct argp_state *state)
{
	bool mount = fs->action == FATHOMFS_MOUNT;
	bool snapshot = fs->action == FATHOMFS_SNAPSHOT;

	if ((mount || snapshot) && !fs->directory)
		argp_error(state, "%s: which folder?", names[fs->action]);
	if (fs->action == FATHOMFS_EXEC && !fs->command)
		argp_error(state, "exec: which command?");
	if (!snapshot && (fs->force || fs->only_count))
		argp_error(state, "--force and --only are for snapshot");
	if (!mount && (fs->foreground || fs->allow_other))
		argp_error(state,
			   "--foreground and --allow-other are for mount");
	if (!mount && fs->action != FATHOMFS_EXEC && fs->refresh)
		argp_error(state, "--refresh is for mount and exec");
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct fathomfs_options *fs = state->input;

	switch (key) {
	case KEY_FORCE:
		fs->force = true;
		return 0;
	case KEY_ONLY:
		add_only(fs, argument);
		return 0;
	case KEY_FOREGROUND:
		fs->foreground = true;
		return 0;
	case KEY_ALLOW_OTHER:
		fs->allow_other = true;
		return 0;
	case KEY_REFRESH:
		set_refresh(fs, argument, state);
		return 0;
	case ARGP_KEY_ARG:
		take_argument(fs, argument, state);
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "build, snapshot, mount or exec?");
		return 0;
	case ARGP_KEY_END:
		check(fs, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp fathomfs_options_argp = {
	.options = options,
	.parser = parse,
};

/* A list of words that grows. */
struct words {
	char **list;
	size_t count;
};

static void add(struct words *words, const char *word)
{
	words->list =
		xreallocarray(words->list, words->count + 2, sizeof(char *));
	words->list[words->count++] = (char *)word;
	words->list[words->count] = NULL;
}

static void add_if(struct words *words, bool given, const char *word)
{
	if (given)
		add(words, word);
}

char **fathomfs_options_words(const struct fathomfs_options *fs, char *name)
{
	struct words words = {};
	char **word;
	size_t i;

	add(&words, name);
	add_if(&words, fs->force, "--force");
	add_if(&words, fs->foreground, "--foreground");
	add_if(&words, fs->allow_other, "--allow-other");
	for (i = 0; i < fs->only_count; i++) {
		add(&words, "--only");
		add(&words, fs->only[i]);
	}
	if (fs->refresh) {
		add(&words, "--refresh");
		add(&words, fs->refresh);
	}
	add(&words, "--");
	add(&words, names[fs->action]);
	if (fs->directory)
		add(&words, fs->directory);
	for (word = fs->command; word && *word; word++)
		add(&words, *word);
	return words.list;
}
