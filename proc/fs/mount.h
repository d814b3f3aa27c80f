/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The target's /proc as a mounted file system.
 */
#ifndef FATHOMFS_MOUNT_H
#define FATHOMFS_MOUNT_H

struct fathomfs_options;

/** Returns the exit status of the process. */
int fathomfs_mount(const struct fathomfs_options *options);

#endif /* FATHOMFS_MOUNT_H */
