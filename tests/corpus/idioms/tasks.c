/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* All processes. */
#include <linux/sched/signal.h>
#include <fathom/ids.h>

int main(void)
{
	struct task_struct *p;

	for_each_process (p)
		printf("%5d %5d %-16s %c %llu\n", p->pid, p->real_parent->pid,
		       p->comm, p->flags & PF_KTHREAD ? 'k' : 'u',
		       p->start_time);
	return 0;
}
