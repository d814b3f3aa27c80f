/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * What lies where for `exec`'s command: the target's /proc, with /proc/self of
 * its own processes in it, and nothing of this machine where the target's
 * would be looked for. All these functions are called in the namespaces of
 * the command; what fails ends the process with a message.
 */
#ifndef FATHOMFS_PLACES_H
#define FATHOMFS_PLACES_H

#include "tree.h"

/** @return A real /proc of the processes inside, mounted nowhere yet. */
int places_begin(void);

/**
 * Mount the target's over /proc.
 *
 * @return The file to serve it by. Until someone does, /proc answers nothing.
 */
int places_mount_target(void);

/**
 * Needs the target's /proc to be served.
 *
 * @param[in] modules What the target's /proc/modules says; empty if nothing.
 */
void places_finish(int own, const struct tree_bytes *modules);

#endif /* FATHOMFS_PLACES_H */
