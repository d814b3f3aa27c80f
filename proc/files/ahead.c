// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
/*
 * Who asks for one process after the other gets the pages of each by itself,
 * at a call of the agent or more. So look at all of them once, as an IDS would:
 * in a loop in which the pass sees which pointers lead on to what, and for
 * which the agent brings many processes with one call. What of it is not there
 * shows when the files are made.
 */
#include "files.h"

#include <linux/cred.h>
#include <linux/fdtable.h>
#include <linux/fs_struct.h>
#include <linux/nsproxy.h>
#include <linux/sched/signal.h>
#include <asm/switch_to.h>

/* A list in a circle has no end, and more processes than that come later. */
#define MAX_PROCESSES 65536

#define SEE(member)   ((void)READ_ONCE(member))

static void see_signals(struct task_struct *p)
{
	struct signal_struct *signal = p->signal;
	struct sighand_struct *handlers = p->sighand;

	SEE(signal->nr_threads);
	SEE(signal->utime);
	SEE(signal->rlim[0].rlim_cur);
	SEE(signal->oom_score_adj);
	SEE(handlers->action[0].sa.sa_handler);
	SEE(handlers->action[_NSIG - 1].sa.sa_handler);
}

static void see_rights(struct task_struct *p)
{
	const struct cred *cred = p->real_cred;

	SEE(cred->uid.val);
	SEE(cred->group_info->ngroups);
}

static void see_memory(struct task_struct *p)
{
	struct mm_struct *mm = p->mm;

	if (!mm)
		return;
	SEE(mm->pgd);
	SEE(mm->total_vm);
	SEE(mm->saved_auxv[0]);
	SEE(mm->saved_auxv[AT_VECTOR_SIZE - 1]);
}

static void see_files(struct task_struct *p)
{
	struct files_struct *files = p->files;
	struct fs_struct *fs = p->fs;

	if (files)
		SEE(files->fdt->max_fds);
	if (fs)
		SEE(fs->umask);
}

static void see_process(struct task_struct *p)
{
	SEE(p->__state);
	SEE(p->se.sum_exec_runtime);
	SEE(p->comm[0]);
	SEE(p->start_boottime);
	SEE(p->pending.signal.sig[0]);
	SEE(p->thread_pid->numbers[0].nr);
	/* Where it sleeps. */
	SEE(((struct inactive_task_frame *)p->thread.sp)->ret_addr);
	see_signals(p);
	see_rights(p);
	see_memory(p);
	see_files(p);
}

void proc_read_ahead(void)
{
	struct task_struct *p;
	unsigned int count = 0;

	fathom_try
	{
		for_each_process (p) {
			if (++count == MAX_PROCESSES)
				break;
			see_process(p);
		}
	}
	fathom_catch(fault)
	{
		/* Advice only: the files say what is wrong. */
	}
}
