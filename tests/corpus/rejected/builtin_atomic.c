/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* An atomic operation of the compiler. */
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <fathom/ids.h>

int main(void)
{
	struct task_struct *p = &init_task;

	__atomic_fetch_add(&p->pid, 1,
			   __ATOMIC_SEQ_CST); /* error: atomic.* through a
						 kernel pointer */
	return 0;
}
