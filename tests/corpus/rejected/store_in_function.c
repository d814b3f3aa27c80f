/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A store in a function that is handed kernel pointers only. */
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <fathom/ids.h>

static void relabel(struct task_struct *p)
{
	p->comm[0] = 0; /* error: store through a kernel pointer */
}

int main(void)
{
	relabel(&init_task);
	return 0;
}
