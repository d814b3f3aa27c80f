/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* All threads of all processes. */
#include <linux/sched/signal.h>
#include <fathom/ids.h>

int main(void)
{
	struct task_struct *p, *t;

	for_each_process (p) {
		printf("%d (%d):", p->pid, p->signal->nr_threads);
		for_each_thread (p, t)
			printf(" %d/%d", t->pid, t->group_leader->pid);
		printf("\n");
	}
	return 0;
}
