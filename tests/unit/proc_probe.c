/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * proc-probe NUMBER: what system calls say of the machine and of a process, one
 * a line: the result, or the error. Run by `fathom proc exec`.
 */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

static void tell(const char *what, long result)
{
	if (result < 0)
		printf("%s: %s\n", what, strerrorname_np(errno));
	else
		printf("%s: %ld\n", what, result);
}

static void tell_machine(void)
{
	struct sysinfo info = {};
	struct utsname name = {};
	char host[65] = "";

	if (uname(&name) || sysinfo(&info) || gethostname(host, sizeof(host)))
		exit(EXIT_FAILURE);
	printf("uname: %s %s %s %s %s %s\n", name.sysname, name.nodename,
	       name.release, name.version, name.machine, name.domainname);
	printf("gethostname: %s\n", host);
	printf("sysinfo: %ld s, loads %lu %lu %lu, %lu of %lu free, %hu\n",
	       info.uptime, info.loads[0], info.loads[1], info.loads[2],
	       info.freeram * info.mem_unit, info.totalram * info.mem_unit,
	       info.procs);
}

static void tell_questions(pid_t number)
{
	unsigned long mask[16] = {};
	struct sched_param param = {};
	struct timespec interval = {};

	tell("kill 0", kill(number, 0));
	tell("kill 0 of the group", kill(-number, 0));
	tell("tkill 0", syscall(SYS_tkill, number, 0));
	tell("tgkill 0", syscall(SYS_tgkill, number, number, 0));
	tell("tgkill 0 in 1", syscall(SYS_tgkill, 1, number, 0));
	tell("getpgid", getpgid(number));
	tell("getsid", getsid(number));
	errno = 0;
	tell("getpriority", syscall(SYS_getpriority, PRIO_PROCESS, number));
	tell("sched_getscheduler", sched_getscheduler(number));
	tell("sched_getparam", sched_getparam(number, &param));
	tell("its priority", param.sched_priority);
	tell("sched_rr_get_interval", sched_rr_get_interval(number, &interval));
	printf("its turn: %ld s, %ld ns\n", interval.tv_sec, interval.tv_nsec);
	tell("sched_getaffinity",
	     syscall(SYS_sched_getaffinity, number, sizeof(mask), mask));
	tell("the mask", (long)mask[0]);
	tell("sched_getaffinity, short",
	     syscall(SYS_sched_getaffinity, number, 4, mask));
}

static void tell_changes(pid_t number)
{
	struct sched_param param = {};

	tell("kill TERM", kill(number, SIGTERM));
	tell("tgkill TERM", syscall(SYS_tgkill, number, number, SIGTERM));
	tell("setpriority", setpriority(PRIO_PROCESS, (id_t)number, 0));
	tell("setpgid", setpgid(number, 0));
	tell("sched_setscheduler",
	     sched_setscheduler(number, SCHED_OTHER, &param));
	tell("pidfd_open", syscall(SYS_pidfd_open, number, 0));
}

int main(int argc, char **argv)
{
	pid_t number = argc > 1 ? atoi(argv[1]) : getpid();

	tell_machine();
	tell_questions(number);
	if (argc > 1)
		tell_changes(number);
	return EXIT_SUCCESS;
}
