/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * `fathom relay`: become fathom-relay(8), which is a program of its own since
 * it may need privileges, and is to be nothing else then.
 */
#include "command.h"

#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include <fathom/error.h>

#include "die.h"
#include "installation.h"
#include "memory.h"
#include "status.h"

/* Beside us in a build tree; installed, where the system's programs are. */
static const char *const folders[] = {"bin", "sbin"};

int command_relay(int argc, char **argv)
{
	struct installation installation;
	struct fathom_error *error = installation_find(&installation);

	(void)argc;
	if (error)
		die(STATUS_TOOL_FAILED, error);
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		char *path = xformat("%s/%s/fathom-relay", installation.prefix,
				     folders[i]);

		execv(path, argv);
		if (errno != ENOENT)
			err(STATUS_CANNOT_EXECUTE, "%s", path);
		free(path);
	}
	installation_deinit(&installation);
	warnx("fathom-relay is not installed beside this program");
	return STATUS_NOT_FOUND;
}
