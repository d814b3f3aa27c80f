/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Zombies, stopped and traced processes, sessions and their terminals. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "populate.h"

static void *be_thread(void *argument)
{
	(void)argument;
	sleep_for_ever();
}

static void add_thread(void)
{
	pthread_t thread;

	errno = pthread_create(&thread, NULL, be_thread, NULL);
	must(errno ? -1 : 0, "pthread_create");
}

static void be_several(void *argument)
{
	(void)argument;
	add_thread();
	add_thread();
}

static void wait_for(pid_t pid, int how)
{
	siginfo_t info;

	must(waitid(P_PID, (id_t)pid, &info, how | WNOWAIT), "waitid");
}

/* Killed, with threads; with a name that is an exit status's. */
static void have_zombies(void *argument)
{
	pid_t pid = start(be_several, NULL);

	(void)argument;
	must(kill(pid, SIGKILL), "kill");
	wait_for(pid, WEXITED);
	pid = (pid_t)must(fork(), "fork");
	if (!pid) {
		prctl(PR_SET_NAME, "Z) Z (Z");
		_exit(255);
	}
	wait_for(pid, WEXITED);
}

static void have_stopped(void *argument)
{
	pid_t pid = start(be_several, NULL);

	(void)argument;
	must(kill(pid, SIGSTOP), "kill");
	wait_for(pid, WSTOPPED);
}

static void have_traced(void *argument)
{
	pid_t running = start(be_several, NULL);
	pid_t stopped = start(be_several, NULL);

	(void)argument;
	must(ptrace(PTRACE_SEIZE, running, NULL, NULL), "PTRACE_SEIZE");
	must(ptrace(PTRACE_ATTACH, stopped, NULL, NULL), "PTRACE_ATTACH");
	must(waitpid(stopped, NULL, __WALL), "waitpid");
}

static void be_in_own_group(void *argument)
{
	(void)argument;
	must(setpgid(0, 0), "setpgid");
}

static int open_terminal(void)
{
	char name[64];
	int master = (int)must(posix_openpt(O_RDWR | O_NOCTTY), "openpt");

	must(grantpt(master), "grantpt");
	must(unlockpt(master), "unlockpt");
	must(ptsname_r(master, name, sizeof(name)), "ptsname");
	return (int)must(open(name, O_RDWR), name);
}

/* A group in the foreground, one in the background, one whose leader ended. */
static void have_terminal(void *argument)
{
	pid_t front, leader;
	int terminal;

	(void)argument;
	must(setsid(), "setsid");
	terminal = open_terminal();
	front = start(be_in_own_group, NULL);
	start(be_in_own_group, NULL);
	must(tcsetpgrp(terminal, front), "tcsetpgrp");
	leader = start(be_in_own_group, NULL);
	must(setpgid(start(be_several, NULL), leader), "setpgid");
	must(kill(leader, SIGKILL), "kill");
	must(waitpid(leader, NULL, 0), "waitpid");
}

void start_states(void)
{
	start(have_zombies, NULL);
	start(have_stopped, NULL);
	start(have_traced, NULL);
	start(have_terminal, NULL);
	start(have_terminal, NULL);
}
