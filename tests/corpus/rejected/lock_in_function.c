/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Locks of all kinds, in functions that are given the task. */
#include <linux/completion.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <fathom/ids.h>

static noinline void lock(struct task_struct *p)
{
	task_lock(p); /* error: '_raw_spin_lock' of a kernel pointer */
	mutex_lock(&p->signal->cred_guard_mutex); /* error: 'mutex_lock' of */
	down_read(&p->mm->mmap_lock);		  /* error: 'down_read' of */
	complete(p->vfork_done);		  /* error: 'complete' of */
}

int main(void)
{
	struct task_struct *p;

	for_each_process (p)
		lock(p);
	read_lock(&tasklist_lock); /* error: '_raw_read_lock' of */
	return 0;
}
