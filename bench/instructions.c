/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
#include "instructions.h"

#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile unsigned long sink;

static void be_counted(unsigned long (*loop)(unsigned long), unsigned long laps)
{
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
		_exit(1);
	raise(SIGSTOP);
	sink = loop(laps);
	_exit(0);
}

/* Steps until the process is no more. */
static unsigned long count_steps(pid_t child)
{
	unsigned long steps = 0;
	int status;

	while (waitpid(child, &status, 0) == child) {
		if (!WIFSTOPPED(status))
			return WIFEXITED(status) && !WEXITSTATUS(status) ? steps
									 : 0;
		if (ptrace(PTRACE_SINGLESTEP, child, NULL, NULL))
			break;
		steps++;
	}
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	return 0;
}

static unsigned long count(unsigned long (*loop)(unsigned long),
			   unsigned long laps)
{
	pid_t child = fork();

	if (child < 0)
		return 0;
	if (!child)
		be_counted(loop, laps);
	return count_steps(child);
}

unsigned long bench_count_instructions(unsigned long (*loop)(unsigned long))
{
	unsigned long one = count(loop, 1);
	unsigned long two = one ? count(loop, 2) : 0;

	return two > one ? two - one : 0;
}
