/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * See capture.h.
 *
 * Input and output go through memory files, not pipes: nothing can block on
 * a full pipe, and there is nothing to poll.
 */
#include "capture.h"

#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fathom/error.h>

#include "memory.h"

/* More than this of a program's output is of no use to a report. */
#define OUTPUT_LIMIT (1024 * 1024)

static struct fathom_error *input_file(const char *input, int *ret)
{
	size_t size = input ? strlen(input) : 0;
	int fd = memfd_create("input", MFD_CLOEXEC);

	if (fd < 0)
		return fathom_error_os(errno, "creating a memory file");
	if (pwrite(fd, input, size, 0) != (ssize_t)size) {
		struct fathom_error *error;

		error = fathom_error_os(errno, "writing a memory file");
		close(fd);
		return error;
	}
	*ret = fd;
	return NULL;
}

static struct fathom_error *spawn(char *const *arguments, int input, int output,
				  pid_t *ret)
{
	posix_spawn_file_actions_t actions;
	int result;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
	result = posix_spawnp(ret, arguments[0], &actions, NULL, arguments,
			      environ);
	posix_spawn_file_actions_destroy(&actions);
	if (result)
		return fathom_error_os(result, "running %s", arguments[0]);
	return NULL;
}

static char *read_output(int fd)
{
	char *text = xreallocarray(NULL, OUTPUT_LIMIT + 1, 1);
	ssize_t size = pread(fd, text, OUTPUT_LIMIT, 0);

	text[size > 0 ? size : 0] = '\0';
	return text;
}

static int wait_status(pid_t child)
{
	int status;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status)
				   : WEXITSTATUS(status);
}

struct fathom_error *capture(char *const *arguments, const char *input,
			     struct captured *ret)
{
	struct fathom_error *error;
	int input_fd, output_fd;
	pid_t child;

	memset(ret, 0, sizeof(*ret));
	error = input_file(input, &input_fd);
	if (error)
		return error;
	output_fd = memfd_create("output", MFD_CLOEXEC);
	if (output_fd < 0) {
		error = fathom_error_os(errno, "creating a memory file");
		close(input_fd);
		return error;
	}

	error = spawn(arguments, input_fd, output_fd, &child);
	if (!error) {
		ret->status = wait_status(child);
		ret->output = read_output(output_fd);
	}
	close(output_fd);
	close(input_fd);
	return error;
}

void captured_deinit(struct captured *captured)
{
	free(captured->output);
	captured->output = NULL;
}
