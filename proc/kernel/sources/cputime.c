// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
/* The kernel includes this file after the headers of its scheduler, too. */
#include <linux/sched/cputime.h>
#include <linux/sched/isolation.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/cpuset.h>
#include <linux/tsacct_kern.h>
#include <kernel/sched/sched.h>
#include <kernel/sched/cputime.c>
