/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * All processes. One line each, after a line of headings:
 *
 *   PID      process ID, as the initial namespace sees it (as do the others)
 *   PPID     of its parent; 0 for init and kthreadd
 *   UID      real user ID: the first one of Uid: in /proc/PID/status
 *   S        state: R, S, D, T, t, X, Z, P or I, as in /proc/PID/stat
 *   START    seconds from boot to its start: field 22 of /proc/PID/stat,
 *            divided by 100
 *   NAME     task_struct.comm; spaces in it are kept. (For kernel threads
 *            /proc/PID/comm may tell more than these 15 characters.)
 *   COMMAND  its arguments, read from its own memory: the first 4095 bytes
 *            of /proc/PID/cmdline with spaces for the zero bytes; "[NAME]" if
 *            it has none. Control characters are shown as question marks.
 */
#include <fathom/ids.h>
#include <linux/cred.h>
#include <linux/mm_types.h>
#include <linux/sched/signal.h>

static unsigned int uid_of(struct task_struct *p)
{
	return __kuid_val(__task_cred(p)->uid);
}

/* A copy of the arguments in @args; false if there are none. */
static bool read_arguments(struct task_struct *p, char *args, size_t size)
{
	struct mm_struct *mm = p->mm;
	size_t length, i;

	if (!mm || p->flags & PF_KTHREAD || mm->arg_end <= mm->arg_start)
		return false;
	length = min(mm->arg_end - mm->arg_start, size - 1);
	length = fathom_read_user(mm, mm->arg_start, args, length);
	while (length && !args[length - 1])
		length--;
	for (i = 0; i < length; i++) {
		unsigned char c = args[i];

		if (!c)
			args[i] = ' ';
		else if (c < ' ' || c == 0x7f)
			args[i] = '?';
	}
	args[length] = '\0';
	return length > 0;
}

static void print_process(struct task_struct *p)
{
	u64 ticks = p->start_boottime / (NSEC_PER_SEC / 100);
	char args[4096];

	printf("%7d %7d %10u %c %8llu.%02llu %-15s ", p->pid,
	       rcu_dereference(p->real_parent)->tgid, uid_of(p),
	       task_state_to_char(p), ticks / 100, ticks % 100, p->comm);
	if (read_arguments(p, args, sizeof(args)))
		printf("%s\n", args);
	else
		printf("[%s]\n", p->comm);
}

int main(void)
{
	struct task_struct *p;

	printf("%7s %7s %10s S %11s %-15s COMMAND\n", "PID", "PPID", "UID",
	       "START", "NAME");
	rcu_read_lock();
	for_each_process (p)
		print_process(p);
	rcu_read_unlock();
	return 0;
}
