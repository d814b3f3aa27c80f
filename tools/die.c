/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * See die.h.
 */
#include "die.h"

#include <err.h>
#include <stdlib.h>

#include <fathom/error.h>

void die(int status, struct fathom_error *error)
{
	warnx("%s", error->message);
	fathom_error_destroy(error);
	exit(status);
}
