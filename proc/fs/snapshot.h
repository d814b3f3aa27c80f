/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The target's /proc as plain files.
 */
#ifndef FATHOMFS_SNAPSHOT_H
#define FATHOMFS_SNAPSHOT_H

struct fathomfs_options;

/** Returns the exit status of the process. */
int fathomfs_snapshot(const struct fathomfs_options *options);

#endif /* FATHOMFS_SNAPSHOT_H */
