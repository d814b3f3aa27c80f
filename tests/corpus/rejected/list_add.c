/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* list_add() would change the kernel's list. */
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <fathom/ids.h>

int main(void)
{
	struct task_struct *p = &init_task;
	struct list_head mine;

	list_add(&mine, &p->tasks); /* error: store through a kernel pointer */
	return 0;
}
