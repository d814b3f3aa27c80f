/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* QMP: see qmp.h. The protocol: QEMU's docs/interop/qmp-spec.txt. */
#include "qmp.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* "info mtree -f" of a large machine is some 100 KiB. */
#define MAX_LINE  (16u << 20)
#define READ_SIZE 16384u

/* Between attempts to connect while the socket's queue is full. */
#define RETRY_NS 10000000L

struct qmp {
	int fd;
	char *path; /* for messages */
	int timeout_ms;
	struct timespec deadline; /* CLOCK_MONOTONIC */
	char *buffer;
	size_t filled;
	size_t capacity;
	size_t consumed; /* bytes of the line handed out last */
};

static struct fathom_error *no_memory(void)
{
	return fathom_error_create(FATHOM_ERROR_NO_MEMORY, "out of memory");
}

static struct fathom_error *broken(const struct qmp *qmp, const char *what)
{
	return fathom_error_create(FATHOM_ERROR_PROTOCOL, "QMP socket %s: %s",
				   qmp->path, what);
}

static void set_deadline(struct timespec *deadline, int timeout_ms)
{
	clock_gettime(CLOCK_MONOTONIC, deadline);
	deadline->tv_sec += timeout_ms / 1000;
	deadline->tv_nsec += timeout_ms % 1000 * 1000000L;
	if (deadline->tv_nsec >= 1000000000L) {
		deadline->tv_sec++;
		deadline->tv_nsec -= 1000000000L;
	}
}

/* Milliseconds left, rounded up; 0 when the deadline has passed. */
static int time_left(const struct timespec *deadline)
{
	struct timespec now;
	int64_t ns;

	clock_gettime(CLOCK_MONOTONIC, &now);
	ns = (int64_t)(deadline->tv_sec - now.tv_sec) * 1000000000 +
	     (deadline->tv_nsec - now.tv_nsec);
	return ns <= 0 ? 0 : (int)((ns + 999999) / 1000000);
}

/* Wait until @events are possible; false when the deadline has passed. */
static bool wait_for(const struct qmp *qmp, short events)
{
	struct pollfd pollfd = {.fd = qmp->fd, .events = events};
	int left;

	while ((left = time_left(&qmp->deadline)) > 0) {
		int ready = poll(&pollfd, 1, left);

		if (ready > 0)
			return true;
		if (ready < 0 && errno != EINTR)
			return true; /* the call to come will say why */
	}
	return false;
}

static struct fathom_error *timed_out(const struct qmp *qmp)
{
	return fathom_error_create(
		FATHOM_ERROR_TARGET,
		"QMP socket %s: no answer within %d s; another program may hold it, or the guest's QEMU hangs",
		qmp->path, qmp->timeout_ms / 1000);
}

static struct fathom_error *send_all(struct qmp *qmp, const char *text,
				     size_t size)
{
	while (size) {
		ssize_t sent;

		if (!wait_for(qmp, POLLOUT))
			return timed_out(qmp);
		sent = send(qmp->fd, text, size, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (sent < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (sent < 0)
			return fathom_error_create(
				FATHOM_ERROR_TARGET,
				"QMP socket %s: cannot send: %s", qmp->path,
				strerror(errno));
		text += sent;
		size -= (size_t)sent;
	}
	return NULL;
}

static struct fathom_error *make_room(struct qmp *qmp)
{
	size_t capacity = qmp->capacity ? 2 * qmp->capacity : READ_SIZE;
	char *buffer;

	if (qmp->filled < qmp->capacity)
		return NULL;
	if (qmp->capacity >= MAX_LINE)
		return broken(qmp, "a reply of more than 16 MiB");
	buffer = realloc(qmp->buffer, capacity);
	if (!buffer)
		return no_memory();
	qmp->buffer = buffer;
	qmp->capacity = capacity;
	return NULL;
}

static struct fathom_error *receive_more(struct qmp *qmp)
{
	struct fathom_error *error = make_room(qmp);
	ssize_t got;

	if (error)
		return error;
	for (;;) {
		if (!wait_for(qmp, POLLIN))
			return timed_out(qmp);
		got = recv(qmp->fd, qmp->buffer + qmp->filled,
			   qmp->capacity - qmp->filled, MSG_DONTWAIT);
		if (got >= 0 || (errno != EINTR && errno != EAGAIN))
			break;
	}
	if (got < 0)
		return fathom_error_create(FATHOM_ERROR_TARGET,
					   "QMP socket %s: cannot receive: %s",
					   qmp->path, strerror(errno));
	if (got == 0)
		return fathom_error_create(
			FATHOM_ERROR_TARGET,
			"QMP socket %s: QEMU has closed the connection",
			qmp->path);
	qmp->filled += (size_t)got;
	return NULL;
}

/* One line, valid until the next call; *length excludes its end. */
static struct fathom_error *receive_line(struct qmp *qmp, const char **line,
					 size_t *length)
{
	size_t searched = 0;
	struct fathom_error *error;
	const char *end;

	if (qmp->consumed) {
		memmove(qmp->buffer, qmp->buffer + qmp->consumed,
			qmp->filled - qmp->consumed);
		qmp->filled -= qmp->consumed;
		qmp->consumed = 0;
	}
	for (;;) {
		end = qmp->filled > searched
			      ? memchr(qmp->buffer + searched, '\n',
				       qmp->filled - searched)
			      : NULL;
		if (end)
			break;
		searched = qmp->filled;
		error = receive_more(qmp);
		if (error)
			return error;
	}
	*line = qmp->buffer;
	*length = (size_t)(end - qmp->buffer);
	qmp->consumed = *length + 1;
	return NULL;
}

/* The next message that is no event. The deadline bounds the events. */
static struct fathom_error *receive_message(struct qmp *qmp, json_t **ret)
{
	struct fathom_error *error;
	json_error_t problem;
	const char *line;
	json_t *message;
	size_t length;

	for (;;) {
		error = receive_line(qmp, &line, &length);
		if (error)
			return error;
		if (!time_left(&qmp->deadline))
			return timed_out(qmp);
		message = json_loadb(line, length, JSON_REJECT_DUPLICATES,
				     &problem);
		if (!message)
			return fathom_error_create(
				FATHOM_ERROR_PROTOCOL,
				"QMP socket %s: not JSON (%s): is it a QMP socket?",
				qmp->path, problem.text);
		if (!json_is_object(message)) {
			json_decref(message);
			return broken(qmp, "a message that is no object");
		}
		if (!json_object_get(message, "event"))
			break;
		json_decref(message);
	}
	*ret = message;
	return NULL;
}

static struct fathom_error *take_return(const struct qmp *qmp,
					const char *command, json_t *message,
					json_t **ret)
{
	json_t *value = json_object_get(message, "return");
	const char *description;

	if (value) {
		*ret = json_incref(value);
		return NULL;
	}
	description = json_string_value(
		json_object_get(json_object_get(message, "error"), "desc"));
	if (!description)
		return broken(qmp, "a reply that is neither return nor error");
	return fathom_error_create(FATHOM_ERROR_TARGET,
				   "QMP socket %s: QEMU refuses %s: %s",
				   qmp->path, command, description);
}

struct fathom_error *qmp_execute(struct qmp *qmp, const char *command,
				 json_t *arguments, json_t **ret)
{
	struct fathom_error *error;
	json_t *message;
	char *text;

	message = json_pack("{s:s, s:o*}", "execute", command, "arguments",
			    arguments);
	text = message ? json_dumps(message, JSON_COMPACT) : NULL;
	json_decref(message);
	if (!text)
		return no_memory();
	error = send_all(qmp, text, strlen(text));
	free(text);
	if (!error)
		error = send_all(qmp, "\n", 1);
	if (!error)
		error = receive_message(qmp, &message);
	if (error)
		return error;
	error = take_return(qmp, command, message, ret);
	json_decref(message);
	return error;
}

struct fathom_error *qmp_monitor(struct qmp *qmp, const char *command_line,
				 char **ret)
{
	struct fathom_error *error;
	json_t *value;

	error = qmp_execute(qmp, "human-monitor-command",
			    json_pack("{s:s}", "command-line", command_line),
			    &value);
	if (error)
		return error;
	if (json_is_string(value))
		*ret = strdup(json_string_value(value));
	else
		error = broken(qmp, "a monitor command that returns no text");
	json_decref(value);
	if (!error && !*ret)
		error = no_memory();
	return error;
}

static struct fathom_error *negotiate(struct qmp *qmp)
{
	struct fathom_error *error;
	json_t *greeting;
	bool good;
	json_t *nothing;

	error = receive_message(qmp, &greeting);
	if (error)
		return error;
	good = json_is_object(json_object_get(greeting, "QMP"));
	json_decref(greeting);
	if (!good)
		return broken(qmp, "no QMP greeting: is it a QMP socket?");
	error = qmp_execute(qmp, "qmp_capabilities", NULL, &nothing);
	if (!error)
		json_decref(nothing);
	return error;
}

static struct qmp *qmp_new(int fd, const char *path, int timeout_ms)
{
	struct qmp *qmp = calloc(1, sizeof(*qmp));

	if (!qmp)
		return NULL;
	qmp->fd = fd;
	qmp->timeout_ms = timeout_ms;
	qmp->path = strdup(path);
	set_deadline(&qmp->deadline, timeout_ms);
	if (!qmp->path) {
		free(qmp);
		return NULL;
	}
	return qmp;
}

static struct fathom_error *start(struct qmp *qmp, struct qmp **ret)
{
	struct fathom_error *error = negotiate(qmp);

	if (error)
		qmp_close(qmp);
	else
		*ret = qmp;
	return error;
}

struct fathom_error *qmp_start(int fd, const char *path, int timeout_ms,
			       struct qmp **ret)
{
	struct qmp *qmp = qmp_new(fd, path, timeout_ms);

	if (!qmp) {
		close(fd);
		return no_memory();
	}
	return start(qmp, ret);
}

/* A full queue of waiting clients shows as EAGAIN: see unix(7). */
static struct fathom_error *connect_socket(const struct qmp *qmp,
					   const struct sockaddr_un *address)
{
	const struct timespec pause = {.tv_nsec = RETRY_NS};

	while (connect(qmp->fd, (const struct sockaddr *)address,
		       sizeof(*address))) {
		if (errno == ECONNREFUSED)
			return fathom_error_create(
				FATHOM_ERROR_TARGET,
				"QMP socket %s: nobody listens: the guest's QEMU is not running",
				qmp->path);
		if (errno != EAGAIN && errno != EINTR)
			return fathom_error_create(
				FATHOM_ERROR_TARGET,
				"QMP socket %s: cannot connect: %s", qmp->path,
				strerror(errno));
		if (!time_left(&qmp->deadline))
			return timed_out(qmp);
		nanosleep(&pause, NULL);
	}
	return NULL;
}

struct fathom_error *qmp_connect(const char *path, int timeout_ms,
				 struct qmp **ret)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct fathom_error *error;
	struct qmp *qmp;
	int fd;

	if (snprintf(address.sun_path, sizeof(address.sun_path), "%s", path) >=
	    (int)sizeof(address.sun_path))
		return fathom_error_create(
			FATHOM_ERROR_TARGET,
			"QMP socket %s: the path is longer than the %zu bytes of a socket's",
			path, sizeof(address.sun_path) - 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return fathom_error_os(errno, "cannot create a socket");
	qmp = qmp_new(fd, path, timeout_ms);
	if (!qmp) {
		close(fd);
		return no_memory();
	}
	error = connect_socket(qmp, &address);
	if (error) {
		qmp_close(qmp);
		return error;
	}
	return start(qmp, ret);
}

struct fathom_error *qmp_peer(const struct qmp *qmp, pid_t *ret)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);

	if (getsockopt(qmp->fd, SOL_SOCKET, SO_PEERCRED, &peer, &size))
		return fathom_error_os(errno, "QMP socket %s: who listens",
				       qmp->path);
	if (peer.pid <= 0)
		return fathom_error_create(
			FATHOM_ERROR_UNSUPPORTED,
			"QMP socket %s: its QEMU runs outside this container",
			qmp->path);
	*ret = peer.pid;
	return NULL;
}

void qmp_close(struct qmp *qmp)
{
	if (!qmp)
		return;
	close(qmp->fd);
	free(qmp->buffer);
	free(qmp->path);
	free(qmp);
}
