/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
#include "child.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int temporary(void)
{
	char path[] = "/tmp/fathom-child-XXXXXX";
	int fd = mkstemp(path);

	if (fd < 0)
		abort();
	unlink(path);
	return fd;
}

static void slurp(int fd, char *text, size_t size)
{
	ssize_t length = pread(fd, text, size - 1, 0);

	text[length > 0 ? length : 0] = 0;
	close(fd);
}

struct child_result child_run(void (*function)(void))
{
	struct child_result result;
	int output = temporary();
	int errors = temporary();
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		dup2(output, STDOUT_FILENO);
		dup2(errors, STDERR_FILENO);
		function();
		fflush(NULL);
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		abort();
	result.status = WIFEXITED(status) ? WEXITSTATUS(status)
					  : -WTERMSIG(status);
	slurp(output, result.output, sizeof(result.output));
	slurp(errors, result.errors, sizeof(result.errors));
	return result;
}
