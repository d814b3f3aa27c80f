/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Locks are writes. */
#include <linux/spinlock.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <fathom/ids.h>

int main(void)
{
	struct task_struct *p = &init_task;

	spin_lock(&p->alloc_lock); /* error: '_raw_spin_lock'.*'spin_lock' */
	return 0;
}
