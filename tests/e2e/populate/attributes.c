/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* What a process may do, and what is to become of it. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>

#include "populate.h"

static void limit(int resource, rlim_t soft, rlim_t hard)
{
	const struct rlimit limits = {soft, hard};

	must(setrlimit((__rlimit_resource_t)resource, &limits), "setrlimit");
}

static void be_limited(void *argument)
{
	(void)argument;
	limit(RLIMIT_NOFILE, 64, 128);
	limit(RLIMIT_CORE, RLIM_INFINITY, RLIM_INFINITY);
	limit(RLIMIT_AS, 1L << 40, 1L << 41);
	limit(RLIMIT_CPU, 3600, RLIM_INFINITY);
	limit(RLIMIT_RTTIME, 123456, 234567);
	limit(RLIMIT_NICE, 40, 40);
}

/* struct sched_attr, which libcs and kernel headers define in turns. */
struct scheduling {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
};

static void be_scheduled(void *argument)
{
	syscall(SYS_sched_setattr, 0, argument, 0);
}

static void be_on_first_cpu(void *argument)
{
	cpu_set_t set;

	(void)argument;
	CPU_ZERO(&set);
	CPU_SET(0, &set);
	must(sched_setaffinity(0, sizeof(set), &set), "sched_setaffinity");
}

static void start_schedules(void)
{
	struct scheduling schedules[] = {
		{.policy = SCHED_OTHER, .nice = -20},
		{.policy = SCHED_OTHER, .nice = 19},
		{.policy = SCHED_BATCH, .nice = 3},
		{.policy = SCHED_IDLE},
		{.policy = SCHED_FIFO, .priority = 99},
		{.policy = SCHED_RR, .priority = 1, .flags = 1},
		{.policy = SCHED_DEADLINE,
		 .runtime = 1000000,
		 .deadline = 5000000,
		 .period = 100000000},
	};

	for (size_t i = 0; i < sizeof(schedules) / sizeof(schedules[0]); i++) {
		schedules[i].size = sizeof(schedules[i]);
		start(be_scheduled, &schedules[i]);
	}
}

static void be_many_users(void *argument)
{
	gid_t groups[300];

	(void)argument;
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		groups[i] = (gid_t)(i * 7);
	must(setgroups(sizeof(groups) / sizeof(groups[0]), groups),
	     "setgroups");
	must(setresgid(11, 12, 13), "setresgid");
	must(setresuid(0, 22, 4000000000u), "setresuid");
}

static void be_without_capabilities(void *argument)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2] = {
		{.permitted = 1u << CAP_CHOWN | 1u << CAP_NET_RAW,
		 .inheritable = 1u << CAP_CHOWN,
		 .effective = 1u << CAP_NET_RAW}};

	(void)argument;
	for (int i = 5; i < 20; i++)
		must(prctl(PR_CAPBSET_DROP, i), "PR_CAPBSET_DROP");
	must(prctl(PR_SET_KEEPCAPS, 1), "PR_SET_KEEPCAPS");
	must(syscall(SYS_capset, &header, data), "capset");
	must(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_CHOWN, 0, 0),
	     "PR_CAP_AMBIENT");
}

/* Mode 2, twice. */
static void be_filtered(void *argument)
{
	struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	struct sock_fprog program = {1, &allow};

	(void)argument;
	must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "PR_SET_NO_NEW_PRIVS");
	for (int i = 0; i < 2; i++)
		must(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program),
		     "PR_SET_SECCOMP");
}

/* Mode 1: nothing but read and write any more. */
static void be_strict(void *argument)
{
	int ends[2];
	char byte;

	(void)argument;
	must(pipe(ends), "pipe");
	say_ready();
	must(prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT), "PR_SET_SECCOMP");
	for (;;)
		syscall(SYS_read, ends[0], &byte, 1);
}

static void be_odd(void *argument)
{
	(void)argument;
	write_text("/proc/self/oom_score_adj", "-500");
	write_text("/proc/self/loginuid", "1234");
	write_text("/proc/self/coredump_filter", "0x7f");
	write_text("/proc/self/timerslack_ns", "987654");
	must(prctl(PR_SET_DUMPABLE, 0), "PR_SET_DUMPABLE");
	must(prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0), "PR_SET_THP_DISABLE");
	must(prctl(PR_SET_PDEATHSIG, SIGUSR2), "PR_SET_PDEATHSIG");
	must(prctl(PR_SET_CHILD_SUBREAPER, 1), "PR_SET_CHILD_SUBREAPER");
	must(personality(ADDR_NO_RANDOMIZE | UNAME26 | READ_IMPLIES_EXEC),
	     "personality");
	umask(0127);
}

static void be_least_likely_killed(void *argument)
{
	write_text("/proc/self/oom_score_adj", argument);
}

static void ignore(int number)
{
	(void)number;
}

/* Blocked, pending for the thread and for the process, ignored, caught. */
static void be_signalled(void *argument)
{
	const union sigval value = {.sival_int = 1};
	sigset_t set;

	(void)argument;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGRTMIN + 5);
	sigaddset(&set, SIGUSR1);
	must(sigprocmask(SIG_BLOCK, &set, NULL), "sigprocmask");
	raise(SIGUSR1);
	must(kill(getpid(), SIGTERM), "kill");
	for (int i = 0; i < 3; i++)
		must(sigqueue(getpid(), SIGRTMIN + 5, value), "sigqueue");
	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, ignore);
}

void start_attributes(void)
{
	start(be_limited, NULL);
	start_schedules();
	start(be_on_first_cpu, NULL);
	start(be_many_users, NULL);
	start(be_without_capabilities, NULL);
	start(be_filtered, NULL);
	start(be_strict, NULL);
	start(be_odd, NULL);
	start(be_least_likely_killed, "-1000");
	start(be_least_likely_killed, "1000");
	start(be_signalled, NULL);
}
