/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * What system calls tell of a process, from the target's /proc.
 */
#ifndef FATHOMFS_TASK_H
#define FATHOMFS_TASK_H

#include <stddef.h>

struct task {
	long process_group;
	long session;
	long nice;
	long rt_priority;
};

/** 0, or an errno negated. */
int task_read(int number, struct task *ret);

/**
 * The CPUs it may run on, as sched_getaffinity(2) writes them.
 *
 * @return Bytes of @p buffer, or an errno negated; -EINVAL if it is too small.
 */
int task_read_affinity(int number, void *buffer, size_t size);

#endif /* FATHOMFS_TASK_H */
