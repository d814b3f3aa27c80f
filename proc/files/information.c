// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
/* What system calls answer on the target that no file tells. */
#include "files.h"

#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/loadavg.h>
#include <linux/sched/stat.h>
#include <linux/swap.h>
#include <linux/sysinfo.h>
#include <linux/timekeeping.h>
#include <linux/utsname.h>

static void take_names(struct fathom_proc_names *ret)
{
	const struct new_utsname *names = &init_uts_ns.name;

	strscpy(ret->sysname, names->sysname, sizeof(ret->sysname));
	strscpy(ret->nodename, names->nodename, sizeof(ret->nodename));
	strscpy(ret->release, names->release, sizeof(ret->release));
	strscpy(ret->version, names->version, sizeof(ret->version));
	strscpy(ret->machine, names->machine, sizeof(ret->machine));
	strscpy(ret->domainname, names->domainname, sizeof(ret->domainname));
}

static void take_numbers(struct fathom_proc_numbers *ret)
{
	struct sysinfo information = {};
	struct timespec64 uptime;

	ktime_get_boottime_ts64(&uptime);
	ret->uptime = uptime.tv_sec + (uptime.tv_nsec ? 1 : 0);
	get_avenrun(ret->loads, 0, SI_LOAD_SHIFT - FSHIFT);
	ret->procs = nr_threads;
	si_meminfo(&information);
	si_swapinfo(&information);
	ret->totalram = (unsigned long long)information.totalram << PAGE_SHIFT;
	ret->freeram = (unsigned long long)information.freeram << PAGE_SHIFT;
	ret->sharedram = (unsigned long long)information.sharedram
			 << PAGE_SHIFT;
	ret->bufferram = (unsigned long long)information.bufferram
			 << PAGE_SHIFT;
	ret->totalswap = (unsigned long long)information.totalswap
			 << PAGE_SHIFT;
	ret->freeswap = (unsigned long long)information.freeswap << PAGE_SHIFT;
}

/* In jiffies; kernel/sched/sched.h declares it, where nobody else looks. */
extern int sched_rr_timeslice;

struct schedule {
	int number;
	struct fathom_proc_schedule *ret;
};

/*
 * The kernel says 0 of those that take no turns, and of ordinary ones whose CPU
 * has nothing else to do, which is as good as any other moment's answer.
 */
static long schedule_of(void *context)
{
	const struct schedule *wanted = context;
	struct task_struct *task =
		find_task_by_pid_ns(wanted->number, &init_pid_ns);

	if (!task)
		return -ESRCH;
	wanted->ret->policy = (int)task->policy;
	if (task->sched_reset_on_fork)
		wanted->ret->policy |= SCHED_RESET_ON_FORK;
	if (task->policy == SCHED_RR)
		wanted->ret->interval =
			(unsigned long long)sched_rr_timeslice * TICK_NSEC;
	return 0;
}

static long names(void *context)
{
	take_names(context);
	return 0;
}

static long numbers(void *context)
{
	take_numbers(context);
	return 0;
}

int fathom_proc_schedule(int number, struct fathom_proc_schedule *ret)
{
	struct proc_faults faults = {.path = ""};
	struct schedule wanted = {number, ret};

	memset(ret, 0, sizeof(*ret));
	return proc_answer(&faults, schedule_of, &wanted);
}

int fathom_proc_names(struct fathom_proc_names *ret)
{
	struct proc_faults faults = {.path = ""};

	memset(ret, 0, sizeof(*ret));
	return proc_answer(&faults, names, ret);
}

int fathom_proc_numbers(struct fathom_proc_numbers *ret)
{
	struct proc_faults faults = {.path = ""};

	memset(ret, 0, sizeof(*ret));
	return proc_answer(&faults, numbers, ret);
}
