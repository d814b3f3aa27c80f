/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Where in the kernel processes sleep: wchan and stack. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <linux/futex.h>

#include "populate.h"

/* The largest part of a day: longer than any test. */
#define FAR 80000 /* seconds */

static void wait_for_futex(void)
{
	static uint32_t word;

	syscall(SYS_futex, &word, FUTEX_WAIT, 0, NULL);
}

static void sleep_long(void)
{
	const struct timespec far = {.tv_sec = FAR};

	nanosleep(&far, NULL);
}

static void read_pipe(void)
{
	int ends[2];
	char byte;

	must(pipe(ends), "pipe");
	(void)!read(ends[0], &byte, 1);
}

static void fill_pipe(void)
{
	static char bytes[65536];
	int ends[2];

	must(pipe(ends), "pipe");
	for (;;)
		(void)!write(ends[1], bytes, sizeof(bytes));
}

static void poll_pipe(void)
{
	int ends[2];
	struct pollfd poll_of;

	must(pipe(ends), "pipe");
	poll_of = (struct pollfd){ends[0], POLLIN, 0};
	poll(&poll_of, 1, -1);
}

static void select_pipe(void)
{
	int ends[2];
	fd_set set;

	must(pipe(ends), "pipe");
	FD_ZERO(&set);
	FD_SET(ends[0], &set);
	select(ends[0] + 1, &set, NULL, NULL, NULL);
}

static void wait_for_event(void)
{
	struct epoll_event event;

	epoll_wait(epoll_create1(0), &event, 1, -1);
}

static void wait_for_child(void)
{
	pid_t child = (pid_t)must(fork(), "fork");

	if (!child)
		sleep_for_ever();
	waitpid(child, NULL, 0);
}

static void wait_for_signal(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	sigwaitinfo(&set, NULL);
}

static void wait_for_message(void)
{
	struct {
		long type;
		char text[10];
	} message;

	msgrcv(msgget(IPC_PRIVATE, 0600), &message, sizeof(message.text), 0, 0);
}

static void wait_for_semaphore(void)
{
	struct sembuf down = {.sem_op = -1};

	semop(semget(IPC_PRIVATE, 1, 0600), &down, 1);
}

static void wait_for_datagram(void)
{
	int ends[2];
	char byte;

	must(socketpair(AF_UNIX, SOCK_DGRAM, 0, ends), "socketpair");
	recv(ends[0], &byte, 1, 0);
}

static void wait_for_watch(void)
{
	char byte;

	(void)!read(inotify_init(), &byte, 1);
}

/* The scene of files has locked it. */
static void wait_for_lock(void)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	fcntl(open("/tmp/populate/locked", O_RDWR), F_SETLKW, &lock);
}

static void stop_oneself(void)
{
	raise(SIGSTOP);
}

static void fall_asleep(void *argument)
{
	void (*sleep_there)(void);

	*(void **)&sleep_there = argument;
	say_ready();
	sleep_there();
	/* Only an interrupted call returns. */
	die("it did not sleep");
}

void start_sleepers(void)
{
	static void (*const sleeps[])(void) = {
		wait_for_futex,	  sleep_long,	      read_pipe,
		fill_pipe,	  poll_pipe,	      select_pipe,
		wait_for_event,	  wait_for_child,     wait_for_signal,
		wait_for_message, wait_for_semaphore, wait_for_datagram,
		wait_for_watch,	  wait_for_lock,      stop_oneself,
	};

	for (size_t i = 0; i < sizeof(sleeps) / sizeof(sleeps[0]); i++)
		start(fall_asleep, *(void **)&sleeps[i]);
}
