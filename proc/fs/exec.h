/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * A command for which /proc is the target's.
 */
#ifndef FATHOMFS_EXEC_H
#define FATHOMFS_EXEC_H

struct fathomfs_options;

/** Returns the exit status of the process. */
int fathomfs_exec(const struct fathomfs_options *options);

#endif /* FATHOMFS_EXEC_H */
