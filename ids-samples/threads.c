/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * All threads of all processes. One line each, after a line of headings:
 *
 *   PID   process ID: a folder of /proc
 *   TID   thread ID: a folder of /proc/PID/task
 *   S     state, as in /proc/PID/task/TID/stat
 *   CPU   processor it last ran on: field 39 of the same file
 *   NAME  task_struct.comm, to the end of the line
 */
#include <fathom/ids.h>
#include <linux/sched/signal.h>

int main(void)
{
	struct task_struct *process, *thread;

	printf("%7s %7s S %4s NAME\n", "PID", "TID", "CPU");
	rcu_read_lock();
	for_each_process_thread(process, thread) printf(
		"%7d %7d %c %4u %s\n", process->pid, thread->pid,
		task_state_to_char(thread), task_cpu(thread), thread->comm);
	rcu_read_unlock();
	return 0;
}
