/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* container_of() of a global's member folds into a constant expression. */
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <fathom/ids.h>

static struct list_head *const head = &init_task.tasks;
/* What container_of() comes to, without its statement expression. */
static struct task_struct *const first =
	(void *)((char *)&init_task.tasks -
		 offsetof(struct task_struct, tasks));

int main(void)
{
	struct task_struct *next =
		container_of(init_task.tasks.next, struct task_struct, tasks);

	printf("%s %d\n", first->comm, first->pid);
	printf("%s %d\n", next->comm, next->pid);
	printf("%d %d\n", head == &first->tasks, head->next == &next->tasks);
	return 0;
}
