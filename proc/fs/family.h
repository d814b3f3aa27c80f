/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The processes of `exec`'s command, by the numbers they have among each other.
 */
#ifndef FATHOMFS_FAMILY_H
#define FATHOMFS_FAMILY_H

#include <stdbool.h>
#include <sys/types.h>

/**
 * The number that a thread has inside.
 *
 * @param[in] outer Its number out here.
 * @return 0 if it has none, or has ended.
 */
pid_t family_number(pid_t outer);

/**
 * Whether @p number is a process or thread inside; the first process, which is
 * ours, is none.
 *
 * @param[in] own Open folder: the real /proc of the processes inside.
 */
bool family_has(int own, pid_t number);

/** The process of a thread, both by their numbers inside; 0 if it has ended. */
pid_t family_process(int own, pid_t thread);

/** Whether @p number is the thread's own process, or descends from it. */
bool family_descends(int own, pid_t number, pid_t thread);

#endif /* FATHOMFS_FAMILY_H */
