/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A kernel string handed to libc's fopen(). */
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <fathom/ids.h>

int main(void)
{
	struct task_struct *p = &init_task;

	printf("%d\n",
	       fopen(p->comm, "r") !=
		       NULL); /* error: 'fopen' cannot take a kernel pointer */
	return 0;
}
