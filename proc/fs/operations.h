/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The target's /proc as a FUSE file system.
 */
#ifndef FATHOMFS_OPERATIONS_H
#define FATHOMFS_OPERATIONS_H

#ifndef FUSE_USE_VERSION
#define FUSE_USE_VERSION 35
#endif
#include <fuse.h>
#include <stdbool.h>

/* Where `exec` mounts the real /proc of its own processes, below /proc. */
#define FATHOMFS_OWN_PROC ".fathom"

struct fathomfs_opened;

/** Private data of the file system. */
struct fathomfs_view {
	double refresh; /* seconds an epoch lasts at least */
	/*
	 * With places for mounts of the asking processes' own, self,
	 * thread-self and FATHOMFS_OWN_PROC, and with what own.h says.
	 */
	bool own_processes;
	int own; /* open folder, as soon as there is one, else -1 */
	struct fathomfs_opened *opened; /* what is open; operations.c's */
};

extern const struct fuse_operations fathomfs_operations;

#endif /* FATHOMFS_OPERATIONS_H */
