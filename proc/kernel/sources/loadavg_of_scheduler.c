// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
/* The kernel includes this file after the headers of its scheduler, too. */
#include <linux/sched/loadavg.h>
#include <kernel/sched/sched.h>
#include <kernel/sched/loadavg.c>
