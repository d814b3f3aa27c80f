/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* An atomic operation. */
#include <linux/atomic.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <fathom/ids.h>

int main(void)
{
	struct task_struct *p = &init_task;

	atomic_inc((atomic_t *)&p->pid); /* error: kernel pointer */
	return 0;
}
