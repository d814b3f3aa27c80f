/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * See exec.h.
 *
 * This process stays outside and answers: what is read in /proc, by FUSE, and
 * what the command asks the kernel, by seccomp. One thread does both, since
 * what reads the target knows only one.
 */
#include "exec.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define FUSE_USE_VERSION 35
#include <fuse_lowlevel.h>

#include "calls.h"
#include "inside.h"
#include "operations.h"
#include "options.h"
#include "pass_fd.h"
#include "status.h"

#define DEFAULT_REFRESH 1

enum { CHANNEL, FUSE, CALLS, CHILD, POLL_COUNT };

struct service {
	struct fathomfs_view view;
	struct calls calls;
	struct fuse *fuse;
	struct fuse_buf buffer;
	int channel;
	int child;    /* pidfd of the first process inside */
	int terminal; /* that controls us, or -1 */
	bool lent;    /* the command has had it */
};

static pid_t inside_pid;

static void pass_on(int number)
{
	kill(inside_pid, number);
}

/* What the command, in a process group of its own, would not get. */
static const int passed_on[] = {SIGINT, SIGQUIT, SIGTERM,
				SIGHUP, SIGTSTP, SIGCONT};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* What is done with a key pressed at the terminal, the command decides. */
static void set_signals(void)
{
	struct sigaction action = {.sa_handler = pass_on,
				   .sa_flags = SA_RESTART};
	size_t i;

	for (i = 0; i < COUNT(passed_on); i++)
		sigaction(passed_on[i], &action, NULL);
	/* What is said while the command has the terminal; take_back(). */
	action.sa_handler = SIG_IGN;
	sigaction(SIGTTOU, &action, NULL);
}

static void block_signals(sigset_t *before)
{
	sigset_t signals;
	size_t i;

	sigemptyset(&signals);
	for (i = 0; i < COUNT(passed_on); i++)
		sigaddset(&signals, passed_on[i]);
	sigprocmask(SIG_BLOCK, &signals, before);
}

static bool has_terminal(const struct service *service)
{
	return tcgetpgrp(service->terminal) == getpgrp();
}

static void take_back(struct service *service)
{
	if (service->lent)
		tcsetpgrp(service->terminal, getpgrp());
}

/*
 * The command has stopped. The terminal is lent to it only when it wants it: in
 * `exec ps | less' it is for another. Otherwise the shell shall see that its
 * job has stopped, and is who lets it go on.
 */
static void follow_stop(struct service *service, bool waits)
{
	if (!waits || !has_terminal(service)) {
		take_back(service);
		raise(SIGSTOP);
	}
	service->lent |= waits;
	kill(inside_pid, service->lent && has_terminal(service)
				 ? INSIDE_TAKE_TERMINAL
				 : SIGCONT);
}

/* Mounted inside already; @p fd is how to serve it. */
static struct fuse *start_fuse(struct fathomfs_view *view, int fd)
{
	struct fuse_args arguments = FUSE_ARGS_INIT(0, NULL);
	struct fuse *fuse = NULL;
	char place[32];

	if (!fuse_opt_add_arg(&arguments, program_invocation_short_name))
		fuse = fuse_new(&arguments, &fathomfs_operations,
				sizeof(fathomfs_operations), view);
	fuse_opt_free_args(&arguments);
	snprintf(place, sizeof(place), "/dev/fd/%d", fd);
	if (!fuse || fuse_mount(fuse, place))
		errx(STATUS_TOOL_FAILED, "cannot serve /proc");
	return fuse;
}

/* Something came over the channel, or its other end was closed. */
static void receive(struct service *service)
{
	char tag = 0;
	int fd = pass_fd_receive(service->channel, &tag);

	if (fd < 0 && (tag == INSIDE_STOPPED || tag == INSIDE_WAITS)) {
		follow_stop(service, tag == INSIDE_WAITS);
		return;
	}
	if (fd < 0) {
		close(service->channel);
		service->channel = -1;
		return;
	}
	if (tag == INSIDE_FUSE)
		service->fuse = start_fuse(&service->view, fd);
	else if (tag == INSIDE_OWN)
		service->view.own = service->calls.own = fd;
	else if (calls_begin(&service->calls, fd))
		errx(STATUS_TOOL_FAILED, "cannot answer system calls");
}

static void serve_fuse(struct service *service)
{
	struct fuse_session *session = fuse_get_session(service->fuse);
	int size = fuse_session_receive_buf(session, &service->buffer);

	if (size > 0)
		fuse_session_process_buf(session, &service->buffer);
}

static int fuse_fd(const struct service *service)
{
	if (!service->fuse ||
	    fuse_session_exited(fuse_get_session(service->fuse)))
		return -1;
	return fuse_session_fd(fuse_get_session(service->fuse));
}

/* One round; false when the first process inside has ended. */
static bool serve(struct service *service)
{
	struct pollfd files[POLL_COUNT] = {
		[CHANNEL] = {service->channel, POLLIN, 0},
		[FUSE] = {fuse_fd(service), POLLIN, 0},
		[CALLS] = {service->calls.fd, POLLIN, 0},
		[CHILD] = {service->child, POLLIN, 0},
	};

	if (poll(files, POLL_COUNT, -1) < 0)
		return errno == EINTR;
	if (files[CHANNEL].revents)
		receive(service);
	if (files[FUSE].revents)
		serve_fuse(service);
	if (files[CALLS].revents & POLLIN)
		calls_answer(&service->calls);
	else if (files[CALLS].revents)
		calls_end(&service->calls);
	return !files[CHILD].revents;
}

static int exit_status(void)
{
	int status;

	if (waitpid(inside_pid, &status, 0) != inside_pid)
		return STATUS_TOOL_FAILED;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status)
				   : WEXITSTATUS(status);
}

static void start_inside(struct service *service, char **command)
{
	struct inside inside = {
		.command = command, .user = geteuid(), .group = getegid()};
	int ends[2];
	int status;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
		err(STATUS_TOOL_FAILED, "socketpair");
	service->terminal = open("/dev/tty", O_RDWR | O_CLOEXEC);
	inside.terminal = service->terminal;
	inside.channel = ends[1];
	inside.other_end = ends[0];
	/* A kernel without modules has no such file. */
	status = tree_print("modules", &inside.modules);
	if (status && status != -ENOENT)
		tree_report("modules", status);
	block_signals(&inside.signals);
	inside_pid = inside_start(&inside);
	if (inside_pid < 0)
		err(STATUS_TOOL_FAILED, "no namespaces for the command");
	set_signals();
	sigprocmask(SIG_SETMASK, &inside.signals, NULL);
	tree_bytes_deinit(&inside.modules);
	close(ends[1]);
	service->channel = ends[0];
	service->child = pidfd_open(inside_pid, 0);
	if (service->child < 0)
		err(STATUS_TOOL_FAILED, "pidfd_open");
}

int fathomfs_exec(const struct fathomfs_options *options)
{
	double refresh = options->refresh ? options->refresh_seconds
					  : DEFAULT_REFRESH;
	struct service service = {
		.view = {.refresh = refresh, .own_processes = true, .own = -1},
		.calls = {.fd = -1, .own = -1, .refresh = refresh},
	};

	start_inside(&service, options->command);
	while (serve(&service))
		;
	take_back(&service);
	free(service.buffer.mem);
	return exit_status();
}
