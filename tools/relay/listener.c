/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The socket: see listener.h. */
#include "listener.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "endpoint.h"
#include "tcp_options.h"

/* Clients that wait for a place; more are told to come again (EAGAIN). */
#define BACKLOG 64

static struct fathom_error *failed(const char *path, const char *what)
{
	return fathom_error_os(errno, "socket %s: %s", path, what);
}

static struct fathom_error *make_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder[sizeof(((struct sockaddr_un *)0)->sun_path)];

	if (!slash || slash == path)
		return NULL;
	snprintf(folder, sizeof(folder), "%.*s", (int)(slash - path), path);
	if (mkdir(folder, 0755) && errno != EEXIST)
		return failed(path, "cannot make its folder");
	return NULL;
}

/* 0: somebody listens; else why one cannot connect. */
static int try_to_connect(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int reason = 0;

	if (fd < 0)
		return errno;
	if (connect(fd, (const struct sockaddr *)address, sizeof(*address)))
		reason = errno;
	close(fd);
	/* Listening, with a full queue. */
	return reason == EAGAIN ? 0 : reason;
}

/* A socket at which nobody listens is what an earlier relay left. */
static struct fathom_error *remove_left_over(const struct sockaddr_un *address)
{
	const char *path = address->sun_path;
	struct stat status;
	int reason;

	if (lstat(path, &status)) {
		if (errno == ENOENT)
			return NULL;
		return failed(path, "cannot look at it");
	}
	if (!S_ISSOCK(status.st_mode))
		return fathom_error_create(FATHOM_ERROR_INVALID_ARGUMENT,
					   "socket %s: something else is there",
					   path);
	reason = try_to_connect(address);
	if (!reason)
		return fathom_error_create(
			FATHOM_ERROR_INVALID_ARGUMENT,
			"socket %s: another relay listens there", path);
	if (reason != ECONNREFUSED)
		return fathom_error_os(reason, "socket %s: cannot try it",
				       path);
	if (unlink(path))
		return failed(path, "cannot remove what an earlier relay left");
	return NULL;
}

static struct fathom_error *start(int fd, const struct sockaddr_un *address,
				  mode_t mode, uid_t uid, gid_t gid)
{
	const char *path = address->sun_path;
	mode_t mask = umask(0777);
	int status =
		bind(fd, (const struct sockaddr *)address, sizeof(*address));

	umask(mask);
	if (status)
		return failed(path, "cannot be made");
	if (lchown(path, uid, gid))
		return failed(path, "cannot be given to its user and group");
	if (chmod(path, mode))
		return failed(path, "cannot get its permissions");
	if (listen(fd, BACKLOG))
		return failed(path, "cannot listen");
	return NULL;
}

struct fathom_error *listener_open(const char *path, mode_t mode, uid_t uid,
				   gid_t gid, int *ret)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct fathom_error *error;
	int fd;

	if (!*path || strlen(path) >= sizeof(address.sun_path))
		return fathom_error_create(
			FATHOM_ERROR_INVALID_ARGUMENT,
			"socket %s: a path of 1 to %zu bytes is needed", path,
			sizeof(address.sun_path) - 1);
	memcpy(address.sun_path, path, strlen(path));
	error = make_folder(path);
	if (!error)
		error = remove_left_over(&address);
	if (error)
		return error;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return failed(path, "cannot be made");
	error = start(fd, &address, mode, uid, gid);
	if (error) {
		close(fd);
		return error;
	}
	*ret = fd;
	return NULL;
}

/*
 * What is set here, connections inherit. Without SO_REUSEADDR a relay could not
 * be started anew while connections of the last one linger.
 */
static struct fathom_error *start_tcp(int fd, const struct endpoint *endpoint)
{
	const int on = 1;

	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ||
	    tcp_options_set(fd))
		return failed(endpoint->text, "cannot be set up");
	if (bind(fd, (const struct sockaddr *)&endpoint->address,
		 endpoint->size) ||
	    listen(fd, BACKLOG))
		return failed(endpoint->text, "cannot listen");
	return NULL;
}

struct fathom_error *listener_open_tcp(const struct endpoint *endpoint,
				       int *ret)
{
	struct fathom_error *error;
	int fd = socket(endpoint->address.ss_family,
			SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return failed(endpoint->text, "cannot be made");
	error = start_tcp(fd, endpoint);
	if (error) {
		close(fd);
		return error;
	}
	*ret = fd;
	return NULL;
}
