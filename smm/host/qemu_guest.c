/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * A QEMU guest from outside: see qemu_guest.h. The QMP socket serves one
 * client at a time, so it is held only for as long as it takes to ask; whether
 * the guest lives is seen from its process.
 */
#include "qemu_guest.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ram_file.h"

#define MAX_BACKENDS 256

/* How long a QEMU that has hung up may take to end. */
#define END_MS 200

static struct fathom_error *no_memory(void)
{
	return fathom_error_create(FATHOM_ERROR_NO_MEMORY, "out of memory");
}

struct fathom_error *qemu_guest_init(struct qemu_guest *guest,
				     const char *socket)
{
	guest->pidfd = -1;
	guest->socket = strdup(socket);
	return guest->socket ? NULL : no_memory();
}

/* A pidfd becomes readable when its process ends. */
static struct fathom_error *gone_within(const struct qemu_guest *guest,
					int timeout_ms)
{
	struct pollfd pollfd = {.fd = guest->pidfd, .events = POLLIN};

	if (poll(&pollfd, 1, timeout_ms) <= 0)
		return NULL;
	return fathom_error_create(
		FATHOM_ERROR_TARGET,
		"the guest has gone: QEMU of %s (process %d) has ended",
		guest->socket, (int)guest->pid);
}

struct fathom_error *qemu_guest_alive(const struct qemu_guest *guest)
{
	return gone_within(guest, 0);
}

/* A process that ends closes its sockets some time before it has ended. */
struct fathom_error *qemu_guest_prefer_gone(const struct qemu_guest *guest,
					    struct fathom_error *error)
{
	struct fathom_error *gone;

	if (!error || guest->pidfd < 0)
		return error;
	gone = gone_within(guest, END_MS);
	if (!gone)
		return error;
	fathom_error_destroy(error);
	return gone;
}

/* The path of backend @id's file; *ret is NULL if it has none. */
static struct fathom_error *ask_path(struct qmp *qmp, const char *id,
				     char **ret)
{
	struct fathom_error *error;
	json_t *object;
	json_t *value;

	*ret = NULL;
	object = json_sprintf("/objects/%s", id);
	error = qmp_execute(
		qmp, "qom-get",
		json_pack("{s:o, s:s}", "path", object, "property", "mem-path"),
		&value);
	/* Backends of other kinds have no such property. */
	if (error && error->code == FATHOM_ERROR_TARGET) {
		fathom_error_destroy(error);
		return NULL;
	}
	if (error)
		return error;
	if (json_is_string(value)) {
		*ret = strdup(json_string_value(value));
		if (!*ret)
			error = no_memory();
	}
	json_decref(value);
	return error;
}

static struct fathom_error *
add_backend(struct qemu_guest *guest, const char *id, char *path, uint64_t size)
{
	struct ram_backend *backend = &guest->backends[guest->backend_count];

	backend->id = strdup(id);
	backend->path = path;
	backend->size = size;
	backend->fd = -1;
	guest->backend_count++;
	if (!backend->id)
		return no_memory();
	return ram_file_open(guest->pid, backend);
}

static struct fathom_error *try_backend(struct qemu_guest *guest,
					struct qmp *qmp, json_t *description)
{
	const char *id = json_string_value(json_object_get(description, "id"));
	json_int_t size =
		json_integer_value(json_object_get(description, "size"));
	struct fathom_error *error;
	char *path;

	if (!id || size <= 0)
		return NULL;
	error = ask_path(qmp, id, &path);
	if (error || !path)
		return error;
	if (!json_is_true(json_object_get(description, "share"))) {
		error = fathom_error_create(
			FATHOM_ERROR_UNSUPPORTED,
			"memory backend %s of %s keeps the guest's memory from its file %s; start QEMU with share=on",
			id, guest->socket, path);
		free(path);
		return error;
	}
	return add_backend(guest, id, path, (uint64_t)size);
}

static struct fathom_error *load_backends(struct qemu_guest *guest,
					  struct qmp *qmp)
{
	struct fathom_error *error;
	json_t *list;
	size_t count;
	size_t i;

	error = qmp_execute(qmp, "query-memdev", NULL, &list);
	if (error)
		return error;
	count = json_array_size(list);
	if (count > MAX_BACKENDS)
		count = MAX_BACKENDS;
	guest->backends = calloc(count + 1, sizeof(*guest->backends));
	if (!guest->backends)
		error = no_memory();
	for (i = 0; !error && i < count; i++)
		error = try_backend(guest, qmp, json_array_get(list, i));
	json_decref(list);
	if (!error && !guest->backend_count)
		error = fathom_error_create(
			FATHOM_ERROR_UNSUPPORTED,
			"the memory of %s is not in a file; start QEMU with -object memory-backend-file,id=ram,size=SIZE,mem-path=FILE,share=on -machine memory-backend=ram",
			guest->socket);
	return error;
}

static struct fathom_error *load_memory_map(struct qemu_guest *guest,
					    struct qmp *qmp)
{
	struct fathom_error *error;
	char *text;

	error = qmp_monitor(qmp, "info mtree -f", &text);
	if (error)
		return error;
	error = monitor_memory_map(text, guest->backends, guest->backend_count,
				   &guest->segments);
	free(text);
	if (error)
		return error;
	return segments_finish(&guest->segments, &guest->ranges,
			       &guest->range_count);
}

static struct fathom_error *hold_process(struct qemu_guest *guest,
					 struct qmp *qmp)
{
	struct fathom_error *error = qmp_peer(qmp, &guest->pid);

	if (error)
		return error;
	guest->pidfd = (int)syscall(SYS_pidfd_open, guest->pid, 0);
	if (guest->pidfd >= 0)
		return NULL;
	if (errno == ESRCH)
		return fathom_error_create(
			FATHOM_ERROR_TARGET,
			"QMP socket %s: process %d, which made it, has ended; start QEMU itself with -qmp unix:%s,server=on,wait=off",
			guest->socket, (int)guest->pid, guest->socket);
	return fathom_error_os(errno, "cannot watch QEMU (process %d)",
			       (int)guest->pid);
}

/* The process first: see qemu_guest.h. */
struct fathom_error *qemu_guest_load(struct qemu_guest *guest, struct qmp *qmp)
{
	struct fathom_error *error = hold_process(guest, qmp);

	if (!error)
		error = load_backends(guest, qmp);
	if (!error)
		error = load_memory_map(guest, qmp);
	return error;
}

struct fathom_error *qemu_guest_connect(struct qemu_guest *guest,
					struct qmp **ret)
{
	struct fathom_error *error;
	struct qmp *qmp;
	pid_t pid;

	error = qmp_connect(guest->socket, QEMU_GUEST_TIMEOUT_MS, &qmp);
	if (error)
		return qemu_guest_prefer_gone(guest, error);
	error = qmp_peer(qmp, &pid);
	if (!error && pid != guest->pid)
		error = fathom_error_create(
			FATHOM_ERROR_TARGET,
			"another QEMU (process %d) has taken over the socket",
			(int)pid);
	if (error) {
		qmp_close(qmp);
		return qemu_guest_prefer_gone(guest, error);
	}
	*ret = qmp;
	return NULL;
}

void qemu_guest_clear(struct qemu_guest *guest)
{
	size_t i;

	for (i = 0; i < guest->backend_count; i++) {
		free(guest->backends[i].id);
		free(guest->backends[i].path);
		if (guest->backends[i].fd >= 0)
			close(guest->backends[i].fd);
	}
	free(guest->backends);
	segments_clear(&guest->segments);
	if (guest->pidfd >= 0)
		close(guest->pidfd);
	free(guest->socket);
}
