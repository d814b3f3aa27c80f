// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
/* Newer kernels have in a file of its own what was in kernel/sched/core.c. */
#if __has_include(<kernel/sched/syscalls.c>)
#include <linux/sched.h>
#include <linux/cpuset.h>
#include <linux/sched/debug.h>
#include <uapi/linux/sched/types.h>
#include <kernel/sched/sched.h>
#include <kernel/sched/autogroup.h>
#include <kernel/sched/syscalls.c>
#endif
