/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* References are counts that are written. */
#include <linux/file.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <fathom/ids.h>

int main(void)
{
	struct task_struct *p = &init_task;

	get_task_mm(p);	       /* error: 'get_task_mm' of */
	get_task_struct(p);    /* error: kernel pointer */
	mmgrab(p->mm);	       /* error: kernel pointer */
	fput(p->mm->exe_file); /* error: 'fput' of */
	mmput(p->active_mm);   /* error: 'mmput' of */
	return 0;
}
