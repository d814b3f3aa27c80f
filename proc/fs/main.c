/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * fathomfs: what `fathom proc` becomes. One program for each kernel release,
 * since the kernel's own code is in it; libfathom has opened the target by the
 * time main() runs.
 */
#include <err.h>

#include <fathom/target.h>

#include "exec.h"
#include "mount.h"
#include "options.h"
#include "snapshot.h"
#include "status.h"
#include "tree.h"

static error_t parse(int key, char *argument, struct argp_state *state)
{
	(void)argument;
	if (key != ARGP_KEY_INIT)
		return ARGP_ERR_UNKNOWN;
	state->child_inputs[0] = state->input;
	return 0;
}

static const struct argp_child children[] = {
	{&fathomfs_options_argp, 0, NULL, 0},
	{},
};

static const struct argp argp = {
	.parser = parse,
	.args_doc = "snapshot|mount DIRECTORY\nexec COMMAND [ARGUMENT...]",
	.doc = "The target's /proc, made from its memory. Run by `fathom proc'.",
	.children = children,
};

int main(int argc, char **argv)
{
	/* What it points to stays until the process ends. */
	static struct fathomfs_options options;

	argp_err_exit_status = FATHOM_EXIT_USAGE;
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &options);
	if (tree_open())
		errx(FATHOM_EXIT_TARGET,
		     "the target's processes cannot be listed");
	switch (options.action) {
	case FATHOMFS_SNAPSHOT:
		return fathomfs_snapshot(&options);
	case FATHOMFS_MOUNT:
		return fathomfs_mount(&options);
	case FATHOMFS_EXEC:
		return fathomfs_exec(&options);
	default:
		errx(FATHOM_EXIT_USAGE, "`fathom proc' does this by itself");
	}
}
