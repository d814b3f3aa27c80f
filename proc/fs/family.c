/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * See family.h.
 */
#include "family.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/nsfs.h>

/* In Linux since 6.11, and not in the headers of those before. */
#ifndef NS_GET_PID_FROM_PIDNS
#define NS_GET_PID_FROM_PIDNS _IOR(NSIO, 0x6, int)
#endif

#define FIRST_PROCESS 1
/* Deeper than anyone forks; the line of ancestors may change meanwhile. */
#define MAX_GENERATIONS 4096

/* Room for what comes before, and for, the numbers; it is cut off behind. */
#define STATUS_SIZE 2048

static bool read_status(int directory, const char *path, char *text)
{
	int fd = openat(directory, path, O_RDONLY | O_CLOEXEC);
	ssize_t size;

	if (fd < 0)
		return false;
	size = read(fd, text, STATUS_SIZE - 1);
	close(fd);
	text[size > 0 ? size : 0] = 0;
	return size > 0;
}

/* The rest of the line that begins with @p key; names cannot fake one. */
static const char *find_line(const char *text, const char *key)
{
	const char *line;

	for (line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!strncmp(line, key, strlen(key)))
			return line + strlen(key);
	}
	return NULL;
}

/* The last number of a line, or 0. */
static pid_t last_number(const char *line)
{
	long number = 0;
	char *end;

	while (line && *line && *line != '\n') {
		number = strtol(line, &end, 10);
		if (end == line)
			return 0;
		line = end;
	}
	return (pid_t)number;
}

pid_t family_number(pid_t outer)
{
	char path[32];
	char text[STATUS_SIZE];

	snprintf(path, sizeof(path), "/proc/%d/status", outer);
	if (!read_status(AT_FDCWD, path, text))
		return 0;
	return last_number(find_line(text, "NSpid:"));
}

/* The namespace of @p own; -1 if it cannot be asked. There is but one. */
static int namespace_of(int own)
{
	static int fd = -1;
	static bool tried;

	if (!tried) {
		tried = true;
		fd = openat(own, "1/ns/pid", O_RDONLY | O_CLOEXEC);
	}
	return fd;
}

bool family_has(int own, pid_t number)
{
	char path[16];

	if (number <= FIRST_PROCESS)
		return false;
	/* A search of all numbers asks this a million times: no names, then. */
	if (ioctl(namespace_of(own), NS_GET_PID_FROM_PIDNS, number) > 0)
		return true;
	if (errno == ESRCH)
		return false;
	snprintf(path, sizeof(path), "%d", number);
	return !faccessat(own, path, F_OK, 0);
}

/* Number @p key of @p number's status; 0 if it has ended. */
static pid_t status_of(int own, pid_t number, const char *key)
{
	char path[32];
	char text[STATUS_SIZE];

	snprintf(path, sizeof(path), "%d/status", number);
	if (!read_status(own, path, text))
		return 0;
	return last_number(find_line(text, key));
}

pid_t family_process(int own, pid_t thread)
{
	return status_of(own, thread, "Tgid:");
}

bool family_descends(int own, pid_t number, pid_t thread)
{
	pid_t process = family_process(own, thread);
	unsigned int i;

	if (!process || !family_has(own, number))
		return false;
	number = family_process(own, number);
	for (i = 0; i < MAX_GENERATIONS && number > FIRST_PROCESS; i++) {
		if (number == process)
			return true;
		number = status_of(own, number, "PPid:");
	}
	return false;
}
