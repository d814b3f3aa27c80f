/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * See inside.h.
 *
 * Whoever serves /proc stays outside, with the /proc of this machine: in here
 * it would wait for itself.
 */
#include "inside.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "calls.h"
#include "operations.h"
#include "pass_fd.h"
#include "places.h"
#include "status.h"

#define STACK_SIZE ((size_t)256 << 10)

static volatile pid_t command;
static int terminal;

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		err(STATUS_TOOL_FAILED, "%s", path);
	close(fd);
}

/* In here, the user is root, as many a tool wants it. */
static void become_root(const struct inside *inside)
{
	char text[64];

	write_file("/proc/self/setgroups", "deny");
	snprintf(text, sizeof(text), "0 %u 1", inside->user);
	write_file("/proc/self/uid_map", text);
	snprintf(text, sizeof(text), "0 %u 1", inside->group);
	write_file("/proc/self/gid_map", text);
}

/*
 * Processes in here take the last numbers there are, so that they seldom are
 * those of processes of the target. Kernels without checkpoint/restore cannot.
 */
static void number_from_above(void)
{
	unsigned int limit = 0;
	char text[16];
	FILE *file = fopen("/proc/sys/kernel/pid_max", "re");
	int fd;

	if (!file)
		return;
	if (fscanf(file, "%u", &limit) != 1)
		limit = 0;
	fclose(file);
	fd = open("/proc/sys/kernel/ns_last_pid", O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	snprintf(text, sizeof(text), "%u", limit - limit / 8);
	if (limit && write(fd, text, strlen(text)) < 0)
		warn("process numbers may be those of the target");
	close(fd);
}

static void pass_on(int number)
{
	if (command > 0)
		kill(command, number);
}

/* Keys pressed at the terminal are for all of the command's group. */
static void pass_on_to_all(int number)
{
	if (command > 0)
		kill(-command, number);
}

static void take_terminal(int number)
{
	(void)number;
	if (command <= 0)
		return;
	tcsetpgrp(terminal, command);
	kill(-command, SIGCONT);
}

static void set_handler(int number, void (*handler)(int))
{
	struct sigaction action = {.sa_handler = handler,
				   .sa_flags = SA_RESTART};

	sigaction(number, &action, NULL);
}

/* Becomes the command. */
static _Noreturn void run_command(const struct inside *inside)
{
	int calls;
	int reason;

	/* kill(0, ...) must not reach whoever has started us. */
	if (setpgid(0, 0))
		err(STATUS_TOOL_FAILED, "a process group for the command");
	sigprocmask(SIG_SETMASK, &inside->signals, NULL);
	calls = calls_filter();
	if (calls < 0)
		errx(STATUS_TOOL_FAILED, "seccomp: %s", strerror(-calls));
	if (pass_fd_send(inside->channel, INSIDE_CALLS, calls))
		err(STATUS_TOOL_FAILED, "passing the system calls on");
	close(calls);
	execvp(inside->command[0], inside->command);
	reason = errno;
	warn("%s", inside->command[0]);
	_exit(reason == ENOENT ? STATUS_NOT_FOUND : STATUS_CANNOT_EXECUTE);
}

static int exit_status(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status)
				   : WEXITSTATUS(status);
}

/* Outside, it is seen to that the shell learns of it, or lends its terminal. */
static void tell_stop(const struct inside *inside, int number)
{
	bool waits = number == SIGTTIN || number == SIGTTOU;
	char tag = waits ? INSIDE_WAITS : INSIDE_STOPPED;

	if (inside->terminal >= 0)
		send(inside->channel, &tag, 1, MSG_NOSIGNAL);
}

/*
 * As the first process of its namespace it takes leave of all others'
 * children; those that are left when the command ends are ended by the kernel.
 */
static int await_command(const struct inside *inside)
{
	pid_t pid;
	int status;

	for (;;) {
		pid = waitpid(-1, &status, WUNTRACED);
		if (pid == command && WIFSTOPPED(status))
			tell_stop(inside, WSTOPSIG(status));
		else if (pid == command)
			return exit_status(status);
		if (pid < 0 && errno != EINTR)
			return STATUS_TOOL_FAILED;
	}
}

/* Signals are blocked until there is a command. */
static void start_command(const struct inside *inside)
{
	pid_t pid = fork();

	if (pid < 0)
		err(STATUS_TOOL_FAILED, "fork");
	if (!pid)
		run_command(inside);
	/* Whoever comes first. */
	setpgid(pid, pid);
	command = pid;
	terminal = inside->terminal;
	/* take_terminal() lends what is not our group's. */
	set_handler(SIGTTOU, SIG_IGN);
	set_handler(SIGTERM, pass_on);
	set_handler(SIGHUP, pass_on);
	set_handler(SIGINT, pass_on_to_all);
	set_handler(SIGQUIT, pass_on_to_all);
	set_handler(SIGTSTP, pass_on_to_all);
	set_handler(SIGCONT, pass_on_to_all);
	set_handler(INSIDE_TAKE_TERMINAL, take_terminal);
	sigprocmask(SIG_SETMASK, &inside->signals, NULL);
}

static int first_process(void *argument)
{
	const struct inside *inside = argument;
	int own;

	close(inside->other_end);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* A key pressed at the terminal comes once: from whoever is outside. */
	if (setpgid(0, 0))
		err(STATUS_TOOL_FAILED, "a process group for the namespace");
	if (inside->unprivileged)
		become_root(inside);
	/* It holds a copy of what reads the target. */
	prctl(PR_SET_DUMPABLE, 0);
	number_from_above();
	own = places_begin();
	if (pass_fd_send(inside->channel, INSIDE_OWN, own) ||
	    pass_fd_send(inside->channel, INSIDE_FUSE, places_mount_target()))
		err(STATUS_TOOL_FAILED, "passing /proc on");
	places_finish(own, &inside->modules);
	start_command(inside);
	_exit(await_command(inside));
}

pid_t inside_start(struct inside *inside)
{
	int flags = CLONE_NEWNS | CLONE_NEWPID | SIGCHLD;
	char *stack = malloc(STACK_SIZE);
	pid_t pid;

	if (!stack)
		return -1;
	fflush(NULL);
	inside->unprivileged = false;
	pid = clone(first_process, stack + STACK_SIZE, flags, inside);
	if (pid < 0 && errno == EPERM) {
		inside->unprivileged = true;
		pid = clone(first_process, stack + STACK_SIZE,
			    flags | CLONE_NEWUSER, inside);
	}
	free(stack);
	return pid;
}
