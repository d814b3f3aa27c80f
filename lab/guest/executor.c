/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * The guest's process 1 once /init is done: runs the commands that
 * `fathom-lab exec` sends over a virtio-serial port, and reaps orphans.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../exec-protocol.h"

struct command {
	struct lab_request request;
	char *arguments; /* argument_bytes bytes, NUL-terminated strings */
	char *argv[LAB_MAX_ARGUMENTS + 1];
	int input; /* a memfd, or -1 */
};

static char frame_buffer[LAB_MAX_FRAME];

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static bool write_all(int fd, const void *data, size_t size)
{
	const char *p = data;

	while (size > 0) {
		ssize_t n = write(fd, p, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		p += n;
		size -= (size_t)n;
	}
	return true;
}

/** False at the end: a port reads 0 bytes when the host has hung up. */
static bool read_all(int fd, void *data, size_t size)
{
	char *p = data;

	while (size > 0) {
		ssize_t n = read(fd, p, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		p += n;
		size -= (size_t)n;
	}
	return true;
}

static void reap_orphans(void)
{
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
}

/**
 * Sleep until the host is connected and has sent something. The port's
 * poll() does not sleep while the host is away, its SIGIO tells of a change.
 */
static void wait_for_host(int port, const sigset_t *signals)
{
	for (;;) {
		struct pollfd pfd = {.fd = port, .events = POLLIN};
		struct timespec limit = {.tv_sec = 5};

		if (poll(&pfd, 1, 0) > 0 && (pfd.revents & POLLIN) &&
		    !(pfd.revents & POLLHUP))
			return;
		sigtimedwait(signals, NULL, &limit);
		reap_orphans();
	}
}

static bool split_arguments(struct command *c)
{
	char *p = c->arguments;
	char *end = p + c->request.argument_bytes;

	if (end[-1] != '\0')
		return false;
	for (uint32_t i = 0; i < c->request.argument_count; i++) {
		if (p >= end)
			return false;
		c->argv[i] = p;
		p += strlen(p) + 1;
	}
	c->argv[c->request.argument_count] = NULL;
	return true;
}

static bool receive_input(int port, struct command *c)
{
	uint64_t left = c->request.input_bytes;

	c->input = memfd_create("stdin", MFD_CLOEXEC);
	if (c->input < 0)
		return false;
	while (left > 0) {
		size_t n = left < sizeof(frame_buffer) ? left
						       : sizeof(frame_buffer);

		if (!read_all(port, frame_buffer, n) ||
		    !write_all(c->input, frame_buffer, n))
			return false;
		left -= n;
	}
	return lseek(c->input, 0, SEEK_SET) == 0;
}

static bool receive_command(int port, struct command *c)
{
	struct lab_request *r = &c->request;

	c->arguments = NULL;
	c->input = -1;
	if (!read_all(port, r, sizeof(*r)) || r->magic != LAB_MAGIC ||
	    r->argument_count == 0 || r->argument_count > LAB_MAX_ARGUMENTS ||
	    r->argument_bytes == 0 ||
	    r->argument_bytes > LAB_MAX_ARGUMENT_BYTES ||
	    r->input_bytes > LAB_MAX_INPUT)
		return false;
	c->arguments = malloc(r->argument_bytes);
	return c->arguments &&
	       read_all(port, c->arguments, r->argument_bytes) &&
	       split_arguments(c) && receive_input(port, c);
}

static void free_command(struct command *c)
{
	free(c->arguments);
	if (c->input >= 0)
		close(c->input);
}

static void send_exit(int port, uint32_t status)
{
	struct lab_frame frame = {.type = LAB_FRAME_EXIT, .length = 4};

	if (write_all(port, &frame, sizeof(frame)))
		write_all(port, &status, sizeof(status));
}

/** Pass on what a pipe holds, one frame; false when it is at its end. */
static bool forward(int port, int pipe_fd, enum lab_frame_type type)
{
	struct lab_frame frame = {.type = type};
	ssize_t n = read(pipe_fd, frame_buffer, sizeof(frame_buffer));

	if (n < 0)
		return errno == EINTR;
	if (n == 0)
		return false;
	frame.length = (uint32_t)n;
	return write_all(port, &frame, sizeof(frame)) &&
	       write_all(port, frame_buffer, (size_t)n);
}

__attribute__((noreturn)) static void run_child(struct command *c, int out,
						int err)
{
	sigset_t none;

	setsid();
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	dup2(c->input, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	execvp(c->argv[0], c->argv);
	dprintf(STDERR_FILENO, "%s: %s\n", c->argv[0], strerror(errno));
	_exit(errno == ENOENT ? LAB_EXIT_NOT_FOUND : LAB_EXIT_CANNOT_EXECUTE);
}

static uint32_t exit_status(pid_t child, bool timed_out)
{
	int status;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return LAB_EXIT_FAILED;
	if (timed_out)
		return LAB_EXIT_TIMEOUT;
	if (WIFSIGNALED(status))
		return LAB_EXIT_SIGNAL + (uint32_t)WTERMSIG(status);
	return (uint32_t)WEXITSTATUS(status);
}

static bool readable(int fd)
{
	struct pollfd pfd = {.fd = fd, .events = POLLIN};

	return poll(&pfd, 1, 0) > 0;
}

/**
 * Forward the command's output until it ends. What it leaves running in the
 * background does not hold the answer up, though it may still have the pipes.
 */
static uint32_t supervise(int port, struct command *c, pid_t child, int out,
			  int err)
{
	uint64_t deadline = now_ms() + c->request.timeout_ms;
	struct pollfd pfd[] = {
		{.fd = out, .events = POLLIN},
		{.fd = err, .events = POLLIN},
		{.fd = pidfd_open(child, 0), .events = POLLIN},
		{.fd = port},
	};
	bool timed_out = false;

	while (!(pfd[2].revents & POLLIN)) {
		uint64_t now = now_ms();

		timed_out = now >= deadline;
		if (timed_out || (pfd[3].revents & POLLHUP)) {
			kill(-child, SIGKILL);
			break;
		}
		poll(pfd, 4,
		     (int)(deadline - now < 1000 ? deadline - now : 1000));
		if (pfd[0].revents && !forward(port, out, LAB_FRAME_STDOUT))
			pfd[0].fd = -1;
		if (pfd[1].revents && !forward(port, err, LAB_FRAME_STDERR))
			pfd[1].fd = -1;
	}
	close(pfd[2].fd);
	while (pfd[0].fd >= 0 && readable(out) &&
	       forward(port, out, LAB_FRAME_STDOUT))
		;
	while (pfd[1].fd >= 0 && readable(err) &&
	       forward(port, err, LAB_FRAME_STDERR))
		;
	return exit_status(child, timed_out);
}

static uint32_t run_command(int port, struct command *c)
{
	int out[2], err[2];
	uint32_t status;
	pid_t child;

	if (pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC))
		return LAB_EXIT_FAILED;
	child = fork();
	if (child == 0)
		run_child(c, out[1], err[1]);
	close(out[1]);
	close(err[1]);
	status = child < 0 ? LAB_EXIT_FAILED
			   : supervise(port, c, child, out[0], err[0]);
	close(out[0]);
	close(err[0]);
	return status;
}

static void serve(int port)
{
	struct command c;

	if (receive_command(port, &c) &&
	    write_all(port, c.request.nonce, LAB_NONCE_SIZE))
		send_exit(port, run_command(port, &c));
	free_command(&c);
}

int main(int argc, char **argv)
{
	sigset_t signals;
	int port;

	if (argc != 2) {
		fprintf(stderr, "usage: executor PORT\n");
		return 1;
	}
	sigemptyset(&signals);
	sigaddset(&signals, SIGIO);
	sigaddset(&signals, SIGCHLD);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	signal(SIGPIPE, SIG_IGN);
	port = open(argv[1], O_RDWR | O_CLOEXEC);
	if (port < 0 || fcntl(port, F_SETOWN, getpid()) ||
	    fcntl(port, F_SETFL, O_ASYNC)) {
		perror(argv[1]);
		return 1;
	}
	for (;;) {
		wait_for_host(port, &signals);
		serve(port);
	}
}
