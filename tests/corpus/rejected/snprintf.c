/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* snprintf() to kernel memory. */
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <fathom/ids.h>

int main(void)
{
	struct task_struct *p = &init_task;

	snprintf(p->comm, 16, "%d",
		 5); /* error: 'snprintf' to a kernel pointer */
	return 0;
}
