/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * See cc_link.h.
 */
#include "cc_link.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "argument_list.h"
#include "cc_functions.h"
#include "memory.h"
#include "status.h"
#include "undefined_symbols.h"

/* Enough for every complaint a reader would act on. */
#define KEPT_LIMIT (256 * 1024)

struct kept_text {
	char text[KEPT_LIMIT + 1];
	size_t size;
};

static void keep(struct kept_text *kept, const char *text, size_t size)
{
	if (size > KEPT_LIMIT - kept->size)
		size = KEPT_LIMIT - kept->size;
	memcpy(kept->text + kept->size, text, size);
	kept->size += size;
	kept->text[kept->size] = '\0';
}

static void write_all(int fd, const char *text, size_t size)
{
	while (size) {
		ssize_t written = write(fd, text, size);

		if (written < 0 && errno == EINTR)
			continue;
		/* Nobody reads our complaints; the status still tells. */
		if (written <= 0)
			return;
		text += written;
		size -= written;
	}
}

static void pass_on(int from, struct kept_text *kept)
{
	char buffer[4096];

	for (;;) {
		ssize_t size = read(from, buffer, sizeof(buffer));

		if (size < 0 && errno == EINTR)
			continue;
		if (size <= 0)
			return;
		write_all(STDERR_FILENO, buffer, size);
		keep(kept, buffer, size);
	}
}

static pid_t start(char *const *arguments, int error_pipe)
{
	pid_t parent = getpid();
	pid_t child = fork();

	if (child < 0)
		err(STATUS_TOOL_FAILED, "fork");
	if (child)
		return child;

	/* Killing the driver must not leave a linker at work. */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(STATUS_TOOL_FAILED);
	dup2(error_pipe, STDERR_FILENO);
	execvp(arguments[0], arguments);
	warn("%s", arguments[0]);
	_exit(errno == ENOENT ? STATUS_NOT_FOUND : STATUS_CANNOT_EXECUTE);
}

static int wait_for(pid_t child)
{
	int status;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			err(STATUS_TOOL_FAILED, "waitpid");
	if (!WIFSIGNALED(status))
		return WEXITSTATUS(status);

	/* So that make and the shell see what happened. */
	signal(WTERMSIG(status), SIG_DFL);
	raise(WTERMSIG(status));
	return 128 + WTERMSIG(status);
}

int cc_link_run(char *const *arguments, const struct cc_command *command,
		const struct installation *installation)
{
	struct argument_list names = {};

	struct kept_text *kept = xreallocarray(NULL, 1, sizeof(*kept));
	int pipes[2];
	pid_t child;
	int status;

	kept->size = 0;
	kept->text[0] = '\0';
	if (pipe2(pipes, O_CLOEXEC))
		err(STATUS_TOOL_FAILED, "pipe");
	child = start(arguments, pipes[1]);
	close(pipes[1]);
	pass_on(pipes[0], kept);
	close(pipes[0]);
	status = wait_for(child);
	if (status && command)
		undefined_symbols_find(kept->text, &names);
	if (names.count)
		cc_functions_explain(command, installation, &names);
	argument_list_deinit(&names);
	free(kept);
	return status;
}
