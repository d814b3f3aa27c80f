/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* strcpy() to kernel memory. */
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <fathom/ids.h>

int main(void)
{
	struct task_struct *p = &init_task;

	strcpy(p->comm,
	       "x"); /* error: to a kernel pointer|through a kernel pointer */
	return 0;
}
