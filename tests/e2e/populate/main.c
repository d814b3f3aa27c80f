/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * populate: fill a guest of the lab with what is hard to get right in /proc,
 * say "ready", and leave it. `populate passing` adds what does not last
 * longer than a minute.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "populate.h"

/* Slow emulation on a busy host. */
#define READY_LIMIT 100 /* seconds */

static int ready_fd = -1;
/* Opened before anybody has a root of its own. */
static int null_fd;

void die(const char *what)
{
	fprintf(stderr, "populate: %s: %s\n", what, strerror(errno));
	exit(EXIT_FAILURE);
}

long must(long result, const char *what)
{
	if (result < 0)
		die(what);
	return result;
}

void sleep_for_ever(void)
{
	for (;;)
		pause();
}

/* The guest's executor waits until nobody has its pipes open any more. */
void say_ready(void)
{
	must(write(ready_fd, "", 1), "saying that it is ready");
	close(ready_fd);
	for (int fd = 0; fd <= 2; fd++)
		must(dup2(null_fd, fd), "dup2");
	close(null_fd);
}

pid_t start_in(unsigned long flags, scene *run, void *argument)
{
	int ends[2];
	pid_t pid;
	char byte;

	must(pipe(ends), "pipe");
	pid = (pid_t)must(
		syscall(SYS_clone, flags | SIGCHLD, NULL, NULL, NULL, NULL),
		"clone");
	if (!pid) {
		close(ends[0]);
		if (ready_fd >= 0)
			close(ready_fd);
		ready_fd = ends[1];
		run(argument);
		say_ready();
		sleep_for_ever();
	}
	close(ends[1]);
	if (read(ends[0], &byte, 1) != 1)
		exit(EXIT_FAILURE);
	close(ends[0]);
	return pid;
}

pid_t start(scene *run, void *argument)
{
	return start_in(0, run, argument);
}

void write_file(const char *path, const void *bytes, size_t size)
{
	int fd = (int)must(open(path, O_WRONLY | O_CREAT, 0644), path);

	must(write(fd, bytes, size), path);
	close(fd);
}

void write_text(const char *path, const char *text)
{
	write_file(path, text, strlen(text));
}

int new_file(const char *path)
{
	return (int)must(open(path, O_RDWR | O_CREAT | O_EXCL, 0640), path);
}

int main(int argc, char **argv)
{
	alarm(READY_LIMIT);
	null_fd = (int)must(open("/dev/null", O_RDWR), "/dev/null");
	if (argc == 2 && !strcmp(argv[1], "passing")) {
		start_passing();
		return EXIT_SUCCESS;
	}
	must(mkdir("/tmp/populate", 0755), "/tmp/populate");
	start_attributes();
	start_names();
	start_states();
	start_memory();
	start_files();
	start_sleepers();
	start_containers();
	start_sockets();
	start_tcp();
	puts("ready");
	return EXIT_SUCCESS;
}
