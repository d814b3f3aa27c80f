/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * The emulator over a QEMU guest: memory from its RAM file, CPU state by QMP.
 */
#include <stdlib.h>
#include <time.h>

#include "emulator.h"
#include "monitor.h"
#include "qemu_guest.h"
#include "qmp.h"
#include "segments.h"

/* SMM lasts some 100 microseconds: 200 ms are more than patient. */
#define SMM_ATTEMPTS 100
#define SMM_PAUSE_NS 2000000L

struct qemu_source {
	struct emulator_source source;
	struct qemu_guest guest;
};

static struct fathom_error *qemu_alive(struct emulator_source *base)
{
	struct qemu_source *source = (struct qemu_source *)base;

	return qemu_guest_alive(&source->guest);
}

static struct fathom_error *qemu_read(struct emulator_source *base,
				      uint64_t address, void *buffer,
				      size_t size, bool *missing)
{
	struct qemu_source *source = (struct qemu_source *)base;
	struct fathom_error *error;

	error = segments_read(&source->guest.segments, address, buffer, size,
			      missing);
	return error ? fathom_error_prefix(error, "RAM file of %s",
					   source->guest.socket)
		     : NULL;
}

static uint64_t qemu_next_data(struct emulator_source *base, uint64_t address)
{
	struct qemu_source *source = (struct qemu_source *)base;

	return segments_next_data(&source->guest.segments, address);
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
		"a CPU of %s stays in system management mode",
		source->guest.socket);
}

static struct fathom_error *qemu_reload_cpus(struct emulator_source *base)
{
	struct qemu_source *source = (struct qemu_source *)base;
	struct fathom_error *error;
	struct qmp *qmp;

	error = qemu_guest_connect(&source->guest, &qmp);
	if (error)
		return error;
	error = load_cpus(source, qmp);
	qmp_close(qmp);
	return qemu_guest_prefer_gone(&source->guest, error);
}

static void qemu_destroy(struct emulator_source *base)
{
	struct qemu_source *source = (struct qemu_source *)base;

	qemu_guest_clear(&source->guest);
	free(source);
}

static const struct emulator_source_ops qemu_ops = {
	.read = qemu_read,
	.next_data = qemu_next_data,
	.reload_cpus = qemu_reload_cpus,
	.alive = qemu_alive,
	.destroy = qemu_destroy,
};

static struct fathom_error *load_all(struct qemu_source *source,
				     struct qmp *qmp)
{
	struct qemu_guest *guest = &source->guest;
	struct fathom_error *error = qemu_guest_load(guest, qmp);

	source->source.ranges = guest->ranges;
	source->source.range_count = guest->range_count;
	if (!error)
		error = load_cpus(source, qmp);
	return qemu_guest_prefer_gone(guest, error);
}

static struct fathom_error *open_source(struct qemu_source *source,
					const char *socket)
{
	struct fathom_error *error;
	struct qmp *qmp;

	error = qemu_guest_init(&source->guest, socket);
	if (!error)
		error = qmp_connect(socket, QEMU_GUEST_TIMEOUT_MS, &qmp);
	if (error)
		return error;
	error = load_all(source, qmp);
	qmp_close(qmp);
	return error;
}

struct fathom_error *fathom_emulator_open_qemu(const char *socket,
					       struct fathom_channel **ret)
{
	struct qemu_source *source = calloc(1, sizeof(*source));
	struct fathom_error *error;

	if (!source)
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "out of memory");
	source->source.ops = &qemu_ops;
	error = open_source(source, socket);
	if (error) {
		emulator_source_destroy(&source->source);
		return error;
	}
	return emulator_open(&source->source, ret);
}
