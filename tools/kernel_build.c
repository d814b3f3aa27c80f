/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * See kernel_build.h. proc/prepare knows what is built, and where it is kept.
 */
#include "kernel_build.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fathom/error.h>

#include "argument_list.h"
#include "headers.h"
#include "installation.h"
#include "memory.h"

/* Exit status of prepare --if-built. */
#define NOT_BUILT 3

static struct fathom_error *preparation(const struct installation *installation,
					const struct fathom_headers *headers,
					const char *source,
					struct argument_list *words)
{
	struct fathom_error *error = installation_need_plugin(installation);

	if (!error)
		error = installation_need_library(installation);
	if (error)
		return error;
	argument_list_format(words, "%s/share/fathom/proc/prepare",
			     installation->prefix);
	argument_list_format(words, "--release=%s", headers->release);
	argument_list_format(words, "--headers=%s", headers->build);
	argument_list_format(words, "--compiler=%s/fathom-cc",
			     installation->binary_dir);
	argument_list_format(words, "--plugin=%s", installation->plugin);
	argument_list_format(words, "--library=%s/libfathomfs.a",
			     installation->library_dir);
	if (source)
		argument_list_format(words, "--source=%s", source);
	return NULL;
}

static pid_t start(char *const *words, int *output)
{
	int ends[2];
	pid_t pid;

	if (pipe(ends))
		return -1;
	pid = fork();
	if (!pid) {
		dup2(ends[1], STDOUT_FILENO);
		close(ends[0]);
		close(ends[1]);
		execv(words[0], words);
		fprintf(stderr, "%s: %s\n", words[0], strerror(errno));
		_exit(EXIT_FAILURE);
	}
	close(ends[1]);
	*output = ends[0];
	return pid;
}

/*
 * The first line of its standard output, and how it ended. What it does, it
 * shows on standard error.
 */
static struct fathom_error *run(char *const *words, char **line, int *status)
{
	size_t size = 0;
	int output = -1;
	pid_t pid = start(words, &output);
	FILE *from;

	*line = NULL;
	if (pid < 0)
		return fathom_error_os(errno, "%s", words[0]);
	from = fdopen(output, "r");
	if (from && getline(line, &size, from) < 0) {
		free(*line);
		*line = NULL;
	}
	if (from)
		fclose(from);
	if (*line)
		(*line)[strcspn(*line, "\n")] = '\0';
	while (waitpid(pid, status, 0) < 0)
		if (errno != EINTR)
			return fathom_error_os(errno, "waitpid");
	return NULL;
}

static struct fathom_error *prepare(const struct installation *installation,
				    const struct fathom_headers *headers,
				    const char *source, bool build,
				    char **program)
{
	struct argument_list words = {};
	struct fathom_error *error;
	char *line = NULL;
	int status = 0;

	*program = NULL;
	error = preparation(installation, headers, source, &words);
	if (!error && !build)
		argument_list_add(&words, "--if-built");
	if (!error)
		error = run(words.items, &line, &status);
	argument_list_deinit(&words);
	if (!error && !build && WIFEXITED(status) &&
	    WEXITSTATUS(status) == NOT_BUILT) {
		free(line);
		return NULL;
	}
	if (!error && (status || !line || !*line))
		error = fathom_error_create(FATHOM_ERROR_UNSUPPORTED,
					    "it could not be built");
	if (error)
		free(line);
	else
		*program = line;
	return error;
}

struct fathom_error *
kernel_build_program(const struct installation *installation,
		     const struct fathom_headers *headers, const char *source,
		     char **ret)
{
	return prepare(installation, headers, source, true, ret);
}

struct fathom_error *
kernel_build_functions(const struct installation *installation,
		       const struct fathom_headers *headers, const char *source,
		       char **ret)
{
	struct fathom_error *error;
	char *program, *slash;

	*ret = NULL;
	error = prepare(installation, headers, source, false, &program);
	if (error || !program)
		return error;
	slash = strrchr(program, '/');
	*ret = xformat("%.*s/libfathom-kernel-%s.o",
		       (int)(slash ? slash - program : 0), program,
		       headers->release);
	free(program);
	return NULL;
}

/* They are listed beside it, a line each. */
bool kernel_build_has(const char *object, const char *name)
{
	char *path = xformat("%.*s.names", (int)strlen(object) - 2, object);
	FILE *list = fopen(path, "r");
	char *line = NULL;
	size_t size = 0;
	bool found = false;

	free(path);
	while (list && !found && getline(&line, &size, list) > 0) {
		line[strcspn(line, "\n")] = '\0';
		found = !strcmp(line, name);
	}
	if (list)
		fclose(list);
	free(line);
	return found;
}
