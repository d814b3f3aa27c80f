/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The tree of processes through children and sibling. */
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <fathom/ids.h>

static void show(struct task_struct *task, int depth)
{
	struct task_struct *child;

	printf("%*s%s[%d]\n", depth * 2, "", task->comm, task->pid);
	list_for_each_entry (child, &task->children, sibling)
		show(child, depth + 1);
}

int main(void)
{
	show(&init_task, 0);
	return 0;
}
