/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* cmpxchg(). */
#include <linux/atomic.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <fathom/ids.h>

int main(void)
{
	struct task_struct *p = &init_task;

	printf("%d\n", cmpxchg(&p->pid, 1, 2)); /* error: kernel pointer */
	return 0;
}
