/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Inline assembly with an operand in kernel memory. */
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <fathom/ids.h>

int main(void)
{
	struct task_struct *p = &init_task;
	int value;

	asm volatile("movl %1, %0"
		     : "=r"(value)
		     : "m"(p->pid)); /* error: inline assembly */
	printf("%d\n", value);
	return 0;
}
