/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * See mount.h.
 */
#include "mount.h"

#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "operations.h"
#include "options.h"
#include "status.h"

/* Newer than Debian 12's C library. */
#ifndef MS_NOSYMFOLLOW
#define MS_NOSYMFOLLOW 256
#endif

static struct fuse *make(const struct fathomfs_options *options,
			 struct fathomfs_view *view)
{
	struct fuse_args arguments = FUSE_ARGS_INIT(0, NULL);
	const char *set =
		options->allow_other
			? "ro,nosuid,nodev,noexec,fsname=fathom,subtype=proc,"
			  "allow_other,default_permissions"
			: "ro,nosuid,nodev,noexec,fsname=fathom,subtype=proc";
	struct fuse *fuse = NULL;

	if (!fuse_opt_add_arg(&arguments, program_invocation_short_name) &&
	    !fuse_opt_add_arg(&arguments, "-o") &&
	    !fuse_opt_add_arg(&arguments, set))
		fuse = fuse_new(&arguments, &fathomfs_operations,
				sizeof(fathomfs_operations), view);
	fuse_opt_free_args(&arguments);
	return fuse;
}

/*
 * A link such as 1/exe names a file of the target. Followed here, it would
 * lead to one of this machine. Only root can forbid that.
 */
static void forbid_following(const char *directory)
{
	if (mount(NULL, directory, NULL,
		  MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV |
			  MS_NOEXEC | MS_NOSYMFOLLOW,
		  NULL) &&
	    !geteuid())
		warn("%s: links can be followed to files of this machine",
		     directory);
}

/* The first process ends when the second is ready, or has failed. */
static void await(int ready, pid_t child)
{
	char byte;
	int status;

	if (read(ready, &byte, 1) == 1)
		_exit(EXIT_SUCCESS);
	if (waitpid(child, &status, 0) == child && WIFEXITED(status))
		_exit(WEXITSTATUS(status));
	_exit(STATUS_TOOL_FAILED);
}

/* Messages still go where they were sent to, but not to a terminal. */
static void leave_terminal(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null < 0)
		return;
	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	if (isatty(STDERR_FILENO))
		dup2(null, STDERR_FILENO);
	close(null);
}

/* Goes on in the background; @p ready takes a byte when it is mounted. */
static void become_daemon(int *ready)
{
	int ends[2];
	pid_t child;

	if (pipe2(ends, O_CLOEXEC))
		err(STATUS_TOOL_FAILED, "pipe");
	fflush(NULL);
	child = fork();
	if (child < 0)
		err(STATUS_TOOL_FAILED, "fork");
	if (child) {
		close(ends[1]);
		await(ends[0], child);
	}
	close(ends[0]);
	setsid();
	*ready = ends[1];
}

static void say_ready(const char *directory, int ready)
{
	printf("The target's /proc is at %s until `fusermount3 -u %s'%s.\n",
	       directory, directory, ready < 0 ? " or Ctrl-C" : "");
	fflush(stdout);
	if (ready < 0)
		return;
	leave_terminal();
	if (write(ready, "", 1) != 1)
		warn("telling that it is mounted");
	close(ready);
}

int fathomfs_mount(const struct fathomfs_options *options)
{
	struct fathomfs_view view = {.refresh = options->refresh_seconds,
				     .own = -1};
	char *directory = realpath(options->directory, NULL);
	struct fuse *fuse;
	int ready = -1;
	int status;

	if (!directory)
		err(STATUS_TOOL_FAILED, "%s", options->directory);
	fuse = make(options, &view);
	if (!fuse)
		return STATUS_TOOL_FAILED;
	if (!options->foreground)
		become_daemon(&ready);
	/* Before there is a mount that a signal could leave behind. */
	if (fuse_set_signal_handlers(fuse_get_session(fuse)) ||
	    fuse_mount(fuse, directory))
		return STATUS_TOOL_FAILED;
	forbid_following(directory);
	say_ready(directory, ready);
	status = fuse_loop(fuse);
	fuse_remove_signal_handlers(fuse_get_session(fuse));
	fuse_unmount(fuse);
	fuse_destroy(fuse);
	free(directory);
	/* A signal is how it is meant to end. */
	return status < 0 ? STATUS_TOOL_FAILED : EXIT_SUCCESS;
}
