/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A store in a loop over a list. */
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <fathom/ids.h>

int main(void)
{
	struct task_struct *p;

	for_each_process (p)
		p->prio = 0; /* error: store through a kernel pointer */
	return 0;
}
