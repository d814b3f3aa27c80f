/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * /proc/NUMBER of a process of `exec`'s command, for that process alone: some
 * tools, ps(1) among them, look there rather than into /proc/self. As tree.h,
 * but that the kernel prints it.
 */
#ifndef FATHOMFS_OWN_H
#define FATHOMFS_OWN_H

#include "tree.h"

/**
 * Whether @p path is in the folder of the process that @p asker is a thread
 * of, and the target has no such process.
 *
 * @param[in] own Open folder: the real /proc of the processes inside.
 */
bool own_is_askers(int own, const char *path, int asker);

int own_lookup(int own, const char *path, struct fathom_proc_attributes *ret);

int own_list(int own, const char *path, struct tree_list *ret);

int own_print(int own, const char *path, struct tree_bytes *ret);

int own_read_link(int own, const char *path, char *buffer, size_t size);

#endif /* FATHOMFS_OWN_H */
