/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * The emulator over a QEMU guest: memory from its RAM file, CPU state by QMP.
 * The QMP socket serves one client at a time, so it is held only for as long
 * as it takes to ask; whether the guest lives is seen from its process.
 */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "emulator.h"
#include "monitor.h"
#include "qmp.h"
#include "ram_file.h"
#include "segments.h"

#define TIMEOUT_MS   10000
#define MAX_BACKENDS 256

/* SMM lasts some 100 microseconds: 200 ms are more than patient. */
#define SMM_ATTEMPTS 100
#define SMM_PAUSE_NS 2000000L

struct qemu_source {
	struct emulator_source source;
	char *socket;
	pid_t pid;
	int pidfd;
	struct ram_backend *backends;
	size_t backend_count;
	struct segments segments;
};

static struct fathom_error *no_memory(void)
{
	return fathom_error_create(FATHOM_ERROR_NO_MEMORY, "out of memory");
}

/* A pidfd becomes readable when its process ends. */
static struct fathom_error *qemu_alive(struct emulator_source *base)
{
	struct qemu_source *source = (struct qemu_source *)base;
	struct pollfd pollfd = {.fd = source->pidfd, .events = POLLIN};

	if (poll(&pollfd, 1, 0) <= 0)
		return NULL;
	return fathom_error_create(
		FATHOM_ERROR_TARGET,
		"the guest has gone: QEMU of %s (process %d) has ended",
		source->socket, (int)source->pid);
}

/* A request that fails because QEMU ends under it shall say so. */
static struct fathom_error *prefer_gone(struct qemu_source *source,
					struct fathom_error *error)
{
	struct fathom_error *gone;

	if (!error)
		return NULL;
	gone = qemu_alive(&source->source);
	if (!gone)
		return error;
	fathom_error_destroy(error);
	return gone;
}

static struct fathom_error *qemu_read(struct emulator_source *base,
				      uint64_t address, void *buffer,
				      size_t size, bool *missing)
{
	struct qemu_source *source = (struct qemu_source *)base;
	struct fathom_error *error;

	error = segments_read(&source->segments, address, buffer, size,
			      missing);
	return error ? fathom_error_prefix(error, "RAM file of %s",
					   source->socket)
		     : NULL;
}

static uint64_t qemu_next_data(struct emulator_source *base, uint64_t address)
{
	struct qemu_source *source = (struct qemu_source *)base;

	return segments_next_data(&source->segments, address);
}

static struct fathom_error *ask_registers(struct qmp *qmp,
					  struct fathom_wire_cpu **cpus,
					  uint32_t *count, bool *in_smm)
{
	struct fathom_error *error;
	char *text;

	error = qmp_monitor(qmp, "info registers -a", &text);
	if (error)
		return error;
	error = monitor_registers(text, cpus, count, in_smm);
	free(text);
	return error;
}

/* The new state replaces the old one only if it could be had. */
static struct fathom_error *load_cpus(struct qemu_source *source,
				      struct qmp *qmp)
{
	const struct timespec pause = {.tv_nsec = SMM_PAUSE_NS};
	struct fathom_wire_cpu *cpus;
	struct fathom_error *error;
	uint32_t count;
	bool in_smm;
	int i;

	for (i = 0; i < SMM_ATTEMPTS; i++) {
		error = ask_registers(qmp, &cpus, &count, &in_smm);
		if (error)
			return error;
		if (!in_smm) {
			free(source->source.cpus);
			source->source.cpus = cpus;
			source->source.cpu_count = count;
			return NULL;
		}
		free(cpus);
		nanosleep(&pause, NULL);
	}
	return fathom_error_create(
		FATHOM_ERROR_TARGET,
		"a CPU of %s stays in system management mode", source->socket);
}

static struct fathom_error *qemu_reload_cpus(struct emulator_source *base)
{
	struct qemu_source *source = (struct qemu_source *)base;
	struct fathom_error *error;
	struct qmp *qmp;
	pid_t pid;

	error = qmp_connect(source->socket, TIMEOUT_MS, &qmp);
	if (error)
		return prefer_gone(source, error);
	error = qmp_peer(qmp, &pid);
	if (!error && pid != source->pid)
		error = fathom_error_create(
			FATHOM_ERROR_TARGET,
			"another QEMU (process %d) has taken over the socket",
			(int)pid);
	if (!error)
		error = load_cpus(source, qmp);
	qmp_close(qmp);
	return prefer_gone(source, error);
}

static void qemu_destroy(struct emulator_source *base)
{
	struct qemu_source *source = (struct qemu_source *)base;
	size_t i;

	for (i = 0; i < source->backend_count; i++) {
		free(source->backends[i].id);
		free(source->backends[i].path);
		if (source->backends[i].fd >= 0)
			close(source->backends[i].fd);
	}
	free(source->backends);
	segments_clear(&source->segments);
	if (source->pidfd >= 0)
		close(source->pidfd);
	free(source->socket);
	free(source);
}

static const struct emulator_source_ops qemu_ops = {
	.read = qemu_read,
	.next_data = qemu_next_data,
	.reload_cpus = qemu_reload_cpus,
	.alive = qemu_alive,
	.destroy = qemu_destroy,
};

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

static struct fathom_error *add_backend(struct qemu_source *source,
					const char *id, char *path,
					uint64_t size)
{
	struct ram_backend *backend = &source->backends[source->backend_count];

	backend->id = strdup(id);
	backend->path = path;
	backend->size = size;
	backend->fd = -1;
	source->backend_count++;
	if (!backend->id)
		return no_memory();
	return ram_file_open(source->pid, backend);
}

static struct fathom_error *try_backend(struct qemu_source *source,
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
			id, source->socket, path);
		free(path);
		return error;
	}
	return add_backend(source, id, path, (uint64_t)size);
}

static struct fathom_error *load_backends(struct qemu_source *source,
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
	source->backends = calloc(count + 1, sizeof(*source->backends));
	if (!source->backends)
		error = no_memory();
	for (i = 0; !error && i < count; i++)
		error = try_backend(source, qmp, json_array_get(list, i));
	json_decref(list);
	if (!error && !source->backend_count)
		error = fathom_error_create(
			FATHOM_ERROR_UNSUPPORTED,
			"the memory of %s is not in a file; start QEMU with -object memory-backend-file,id=ram,size=SIZE,mem-path=FILE,share=on -machine memory-backend=ram",
			source->socket);
	return error;
}

static struct fathom_error *load_memory_map(struct qemu_source *source,
					    struct qmp *qmp)
{
	struct fathom_error *error;
	char *text;

	error = qmp_monitor(qmp, "info mtree -f", &text);
	if (error)
		return error;
	error = monitor_memory_map(text, source->backends,
				   source->backend_count, &source->segments);
	free(text);
	if (error)
		return error;
	return segments_finish(&source->segments, &source->source.ranges,
			       &source->source.range_count);
}

static struct fathom_error *hold_process(struct qemu_source *source,
					 struct qmp *qmp)
{
	struct fathom_error *error = qmp_peer(qmp, &source->pid);

	if (error)
		return error;
	source->pidfd = (int)syscall(SYS_pidfd_open, source->pid, 0);
	if (source->pidfd >= 0)
		return NULL;
	if (errno == ESRCH)
		return fathom_error_create(
			FATHOM_ERROR_TARGET,
			"QMP socket %s: process %d, which made it, has ended; start QEMU itself with -qmp unix:%s,server=on,wait=off",
			source->socket, (int)source->pid, source->socket);
	return fathom_error_os(errno, "cannot watch QEMU (process %d)",
			       (int)source->pid);
}

/*
 * All that QMP has to tell. The process first: what is answered on this
 * connection afterwards comes from the process that the pidfd holds.
 */
static struct fathom_error *load_all(struct qemu_source *source,
				     struct qmp *qmp)
{
	struct fathom_error *error = hold_process(source, qmp);

	if (!error)
		error = load_backends(source, qmp);
	if (!error)
		error = load_memory_map(source, qmp);
	if (!error)
		error = load_cpus(source, qmp);
	return error;
}

static struct fathom_error *qemu_source_new(const char *socket,
					    struct qemu_source **ret)
{
	struct qemu_source *source = calloc(1, sizeof(*source));

	if (!source)
		return no_memory();
	source->source.ops = &qemu_ops;
	source->pidfd = -1;
	source->socket = strdup(socket);
	if (!source->socket) {
		free(source);
		return no_memory();
	}
	*ret = source;
	return NULL;
}

struct fathom_error *fathom_emulator_open_qemu(const char *socket,
					       struct fathom_channel **ret)
{
	struct qemu_source *source;
	struct fathom_error *error;
	struct qmp *qmp;

	error = qemu_source_new(socket, &source);
	if (error)
		return error;
	error = qmp_connect(socket, TIMEOUT_MS, &qmp);
	if (!error) {
		error = load_all(source, qmp);
		qmp_close(qmp);
		if (error && source->pidfd >= 0)
			error = prefer_gone(source, error);
	}
	if (error) {
		emulator_source_destroy(&source->source);
		return error;
	}
	return emulator_open(&source->source, ret);
}
