/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * See calls.h: the answers.
 *
 * A number may be that of a process of the target, and of one of the
 * command's own. The caller's own process and its descendants are what the
 * caller means: a shell waits for its jobs. Of all others, it is told what the
 * target has: a tool that goes through all numbers in search of hidden
 * processes must not find the command's. Signals may go to any of the command's
 * own, but never to a number because the target has it. The kernel keeps those
 * to a number inside the namespace, not those to the caller's group: that is
 * one of the command's (inside.c).
 */
#include "calls.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include <linux/seccomp.h>
#include <seccomp.h>

#include "family.h"
#include "stat_call.h"
#include "task.h"
#include "tree.h"

#define NSEC_PER_SEC 1000000000

/* One process that makes thousands of such calls sees one picture. */
#define LEAST_REFRESH 1
/* CPUs of the largest machines, in bytes of a mask. */
#define MAX_AFFINITY 1024
/* "/proc/4194303/task/4194303/fd/1073741816", and nothing longer. */
#define MAX_PATH 64
/* getpriority(2) itself, not libc's: 40 to 1. */
#define NICE_BASE 20

/* Whose a number is. */
enum whose {
	OWN,
	TARGETS,
	NOBODYS,
	UNKNOWN, /* the target does not say; the call has failed */
};

struct call {
	const struct calls *calls;
	const struct seccomp_notif *notice;
	struct seccomp_notif_resp *reply;
};

static void fail(const struct call *call, int error)
{
	call->reply->error = -error;
}

/* The kernel answers. */
static void let_pass(const struct call *call)
{
	call->reply->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
}

static int argument(const struct call *call, unsigned int index)
{
	return (int)call->notice->data.args[index];
}

/*
 * Into the caller's memory. The file is opened before it is made sure that the
 * caller still waits: so it is not another process of the same number.
 */
static void write_back(const struct call *call, unsigned int index,
		       const void *from, size_t size)
{
	off_t address = (off_t)call->notice->data.args[index];
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/proc/%u/mem", call->notice->pid);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0) {
		fail(call, EPERM);
		return;
	}
	if (!seccomp_notify_id_valid(call->calls->fd, call->notice->id) &&
	    pwrite(fd, from, size, address) != (ssize_t)size)
		fail(call, EFAULT);
	close(fd);
}

/* Text at one of the arguments; empty if there is none, or it is too long. */
static void read_text(const struct call *call, unsigned int index, char *text,
		      size_t size)
{
	off_t address = (off_t)call->notice->data.args[index];
	char path[32];
	ssize_t length;
	int fd;

	*text = 0;
	snprintf(path, sizeof(path), "/proc/%u/mem", call->notice->pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	length = pread(fd, text, size, address);
	close(fd);
	if (length <= 0 || !memchr(text, 0, (size_t)length))
		*text = 0;
}

static void copy_name(char *to, size_t size, const char *from)
{
	/* The kernel has it terminated; a hostile one may not. */
	memcpy(to, from, size);
	to[size - 1] = 0;
}

/*
 * Before the target is asked, and only then: what is about the command's own
 * processes is answered without it. False: it is away, the call has failed.
 */
static bool refresh(const struct call *call)
{
	double seconds = call->calls->refresh;

	if (!tree_refresh(seconds > LEAST_REFRESH ? seconds : LEAST_REFRESH))
		return true;
	fail(call, EIO);
	return false;
}

static void answer_uname(const struct call *call)
{
	struct fathom_proc_names names = {};
	int status = refresh(call) ? fathom_proc_names(&names) : -EIO;
	struct utsname name = {};

	if (status) {
		fail(call, -status);
		return;
	}
	copy_name(name.sysname, sizeof(name.sysname), names.sysname);
	copy_name(name.nodename, sizeof(name.nodename), names.nodename);
	copy_name(name.release, sizeof(name.release), names.release);
	copy_name(name.version, sizeof(name.version), names.version);
	copy_name(name.machine, sizeof(name.machine), names.machine);
	copy_name(name.domainname, sizeof(name.domainname), names.domainname);
	write_back(call, 0, &name, sizeof(name));
}

static void answer_sysinfo(const struct call *call)
{
	struct fathom_proc_numbers numbers = {};
	int status = refresh(call) ? fathom_proc_numbers(&numbers) : -EIO;
	struct sysinfo info;

	if (status) {
		fail(call, -status);
		return;
	}
	info = (struct sysinfo){
		.uptime = numbers.uptime,
		.loads = {numbers.loads[0], numbers.loads[1], numbers.loads[2]},
		.totalram = numbers.totalram,
		.freeram = numbers.freeram,
		.sharedram = numbers.sharedram,
		.bufferram = numbers.bufferram,
		.totalswap = numbers.totalswap,
		.freeswap = numbers.freeswap,
		.procs = numbers.procs,
		.mem_unit = 1,
	};
	write_back(call, 0, &info, sizeof(info));
}

static bool is_callers(const struct call *call, int number)
{
	pid_t caller = family_number((pid_t)call->notice->pid);

	return caller && family_descends(call->calls->own, number, caller);
}

/*
 * @p changes: more than a question. A search of all numbers asks this a
 * million times: what rules most of them out comes first.
 */
static enum whose whose(const struct call *call, int number, bool changes)
{
	bool inside = family_has(call->calls->own, number);
	int status;

	if (inside && is_callers(call, number))
		return OWN;
	if (!refresh(call))
		return UNKNOWN;
	status = fathom_proc_has_task(number);
	if (!status)
		return TARGETS;
	if (status != -ESRCH) {
		fail(call, -status);
		return UNKNOWN;
	}
	return changes && inside ? OWN : NOBODYS;
}

static void answer_priority(const struct call *call, const struct task *task)
{
	call->reply->val = NICE_BASE - task->nice;
}

static void answer_param(const struct call *call, const struct task *task)
{
	struct sched_param param = {.sched_priority = (int)task->rt_priority};

	write_back(call, 1, &param, sizeof(param));
}

static void answer_schedule(const struct call *call, int number)
{
	struct fathom_proc_schedule schedule;
	struct timespec interval;
	int status = fathom_proc_schedule(number, &schedule);

	if (status) {
		fail(call, -status);
		return;
	}
	if (call->notice->data.nr == SCMP_SYS(sched_getscheduler)) {
		call->reply->val = schedule.policy;
		return;
	}
	interval = (struct timespec){
		.tv_sec = (time_t)(schedule.interval / NSEC_PER_SEC),
		.tv_nsec = (long)(schedule.interval % NSEC_PER_SEC),
	};
	write_back(call, 1, &interval, sizeof(interval));
}

static void answer_affinity(const struct call *call, int number)
{
	unsigned char mask[MAX_AFFINITY];
	size_t size = (unsigned int)argument(call, 1);
	int bytes;

	bytes = task_read_affinity(number, mask,
				   size < sizeof(mask) ? size : sizeof(mask));
	if (bytes < 0) {
		fail(call, -bytes);
		return;
	}
	call->reply->val = bytes;
	write_back(call, 2, mask, (size_t)bytes);
}

/* Questions about process @p number of the target. */
static void answer_question(const struct call *call, int number)
{
	struct task task;
	int status;

	switch (call->notice->data.nr) {
	case SCMP_SYS(sched_getaffinity):
		answer_affinity(call, number);
		return;
	case SCMP_SYS(sched_getscheduler):
	case SCMP_SYS(sched_rr_get_interval):
		answer_schedule(call, number);
		return;
	}
	status = task_read(number, &task);
	if (status) {
		fail(call, -status);
		return;
	}
	switch (call->notice->data.nr) {
	case SCMP_SYS(getpgid):
		call->reply->val = task.process_group;
		break;
	case SCMP_SYS(getsid):
		call->reply->val = task.session;
		break;
	case SCMP_SYS(getpriority):
		answer_priority(call, &task);
		break;
	case SCMP_SYS(sched_getparam):
		answer_param(call, &task);
		break;
	default:
		fail(call, EPERM);
	}
}

/* Calls about one process, by number @p number. */
static void answer_process(const struct call *call, int number)
{
	switch (whose(call, number, false)) {
	case OWN:
		let_pass(call);
		break;
	case TARGETS:
		answer_question(call, number);
		break;
	case NOBODYS:
		fail(call, ESRCH);
		break;
	case UNKNOWN:
		break;
	}
}

/* Calls that would change something of it. */
static void answer_change(const struct call *call, int number)
{
	switch (whose(call, number, true)) {
	case OWN:
		let_pass(call);
		break;
	case TARGETS:
		fail(call, EPERM);
		break;
	case NOBODYS:
		fail(call, ESRCH);
		break;
	case UNKNOWN:
		break;
	}
}

/* Signal 0 only asks whether there is somebody. */
static void answer_signal(const struct call *call, int number, int signal)
{
	if (signal) {
		answer_change(call, number);
		return;
	}
	switch (whose(call, number, false)) {
	case OWN:
		let_pass(call);
		break;
	case TARGETS:
		break;
	case NOBODYS:
		fail(call, ESRCH);
		break;
	case UNKNOWN:
		break;
	}
}

static void answer_kill(const struct call *call)
{
	int number = argument(call, 0);
	int status;
	int group;

	if (number > 0) {
		answer_signal(call, number, argument(call, 1));
		return;
	}
	/* INT_MIN has no number that it is the group of. */
	group = number < -1 && number != INT_MIN ? -number : 0;
	if (!group || family_has(call->calls->own, group)) {
		let_pass(call);
		return;
	}
	if (!refresh(call))
		return;
	status = fathom_proc_has_group(group);
	/* One of the command's whose first process has ended: the kernel knows.
	 */
	if (status == -ESRCH)
		let_pass(call);
	else if (status)
		fail(call, -status);
	else if (argument(call, 1))
		fail(call, EPERM);
}

/* Thread @p thread must be of process @p process. */
static void answer_thread(const struct call *call, int signal)
{
	struct fathom_proc_attributes attributes;
	int process = argument(call, 0);
	int thread = argument(call, 1);
	char path[64];

	snprintf(path, sizeof(path), "%d/task/%d", process, thread);
	if (whose(call, thread, signal != 0) == TARGETS) {
		int status = tree_lookup(path, &attributes);

		if (status) {
			fail(call, status == -ENOENT ? ESRCH : -status);
			return;
		}
	}
	answer_signal(call, thread, signal);
}

/* @p first: which argument is the path. */
static void answer_stat(const struct call *call, unsigned int first)
{
	bool extended = call->notice->data.nr == SCMP_SYS(statx);
	char buffer[STAT_CALL_MAX];
	char path[MAX_PATH];
	size_t size = 0;
	int status;

	read_text(call, first, path, sizeof(path));
	if (stat_call_asks(path) && !refresh(call))
		return;
	status = stat_call(path, extended, buffer, &size);
	if (status > 0)
		let_pass(call);
	else if (status)
		fail(call, -status);
	else
		write_back(call, extended ? 4 : first + 1, buffer, size);
}

static void answer(const struct call *call)
{
	switch (call->notice->data.nr) {
	case SCMP_SYS(stat):
		answer_stat(call, 0);
		break;
	case SCMP_SYS(newfstatat):
	case SCMP_SYS(statx):
		answer_stat(call, 1);
		break;
	case SCMP_SYS(uname):
		answer_uname(call);
		break;
	case SCMP_SYS(sysinfo):
		answer_sysinfo(call);
		break;
	case SCMP_SYS(kill):
		answer_kill(call);
		break;
	case SCMP_SYS(tkill):
	case SCMP_SYS(rt_sigqueueinfo):
		answer_signal(call, argument(call, 0), argument(call, 1));
		break;
	case SCMP_SYS(tgkill):
	case SCMP_SYS(rt_tgsigqueueinfo):
		answer_thread(call, argument(call, 2));
		break;
	case SCMP_SYS(getpriority):
		answer_process(call, argument(call, 1));
		break;
	case SCMP_SYS(setpriority):
		answer_change(call, argument(call, 1));
		break;
	case SCMP_SYS(setpgid):
	case SCMP_SYS(pidfd_open):
	case SCMP_SYS(sched_setaffinity):
	case SCMP_SYS(sched_setattr):
	case SCMP_SYS(sched_setparam):
	case SCMP_SYS(sched_setscheduler):
		answer_change(call, argument(call, 0));
		break;
	default:
		answer_process(call, argument(call, 0));
	}
}

/* In Linux since 6.6, and not in the headers of those before. */
#ifndef SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP
#define SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP (1UL << 0)
#define SECCOMP_IOCTL_NOTIF_SET_FLAGS	   SECCOMP_IOW(4, __u64)
#endif

int calls_begin(struct calls *calls, int fd)
{
	calls->fd = fd;
	/* Caller and answerer take turns, best on one CPU. If not: slower. */
	ioctl(fd, SECCOMP_IOCTL_NOTIF_SET_FLAGS,
	      SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP);
	return seccomp_notify_alloc(&calls->notice, &calls->reply);
}

void calls_end(struct calls *calls)
{
	seccomp_notify_free(calls->notice, calls->reply);
	close(calls->fd);
	calls->fd = -1;
}

void calls_answer(const struct calls *calls)
{
	const struct call call = {calls, calls->notice, calls->reply};

	/* The kernel insists on zeroes. */
	*calls->notice = (struct seccomp_notif){};
	/* The caller may have been killed meanwhile. */
	if (seccomp_notify_receive(calls->fd, calls->notice))
		return;
	*calls->reply = (struct seccomp_notif_resp){.id = calls->notice->id};
	answer(&call);
	seccomp_notify_respond(calls->fd, calls->reply);
}
