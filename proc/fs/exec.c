/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
#include "exec.h"

#include "status.h"

int fathomfs_exec(const struct fathomfs_options *options)
{
	(void)options;
	return STATUS_TOOL_FAILED;
}
