/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A method kept in a local variable, called. */
#include <linux/task_work.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <fathom/ids.h>

int main(void)
{
	struct task_struct *p = &init_task;
	void (*restart)(struct callback_head *head) = p->task_works->func;

	restart(NULL); /* error: call of a function of the target */
	return 0;
}
