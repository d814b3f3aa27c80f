/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * The SMM agent of a QEMU guest, from the host: the mailbox is in the guest's
 * RAM file, and the SMI is raised by QEMU's monitor. Nothing runs in the guest.
 *
 * The monitor serves one client at a time, so a connection lasts for one call:
 * several IDSes take turns there.
 */
#include <fathom/transport.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "acpi_search.h"
#include "mailbox.h"
#include "qemu_guest.h"
#include "segments.h"
#include "transport_smi_qemu.h"

#define STRINGIFY_(x) #x
#define STRINGIFY(x)  STRINGIFY_(x)

/* "o": write to an I/O port (QEMU's hmp-commands.hx). */
#define RAISE_SMI \
	"o /b " STRINGIFY(FATHOM_SMI_PORT) " " STRINGIFY(FATHOM_SMI_COMMAND)

struct smi_qemu {
	struct fathom_transport transport;
	struct qemu_guest guest;
	struct mailbox mailbox;
	void *memory; /* the mailbox; NULL while it is not mapped */
	size_t size;
};

static struct fathom_error *ring(void *context, uint64_t sequence,
				 const volatile uint64_t *done)
{
	struct qmp *qmp = context;
	struct fathom_error *error;
	char *text;

	(void)sequence;
	(void)done;
	error = qmp_monitor(qmp, RAISE_SMI, &text);
	if (error)
		return error;
	/* It has nothing to say but complaints. */
	if (*text)
		error = fathom_error_create(
			FATHOM_ERROR_PROTOCOL,
			"QEMU does not raise the SMI: %.100s", text);
	free(text);
	return error;
}

/* A guest that stands still cannot answer, and there is nothing wrong. */
static struct fathom_error *explain(struct qmp *qmp, struct fathom_error *error)
{
	struct fathom_error *other;
	json_t *status;

	if (!error || error->code != FATHOM_ERROR_TARGET)
		return error;
	other = qmp_execute(qmp, "query-status", NULL, &status);
	if (other) {
		fathom_error_destroy(other);
		return error;
	}
	if (json_is_false(json_object_get(status, "running"))) {
		fathom_error_destroy(error);
		error = fathom_error_create(
			FATHOM_ERROR_TARGET,
			"the guest stands still: QEMU has paused it");
	}
	json_decref(status);
	return error;
}

static struct fathom_error *exchange(struct fathom_transport *base,
				     const void *message, size_t size,
				     void *reply, size_t *reply_size)
{
	struct smi_qemu *smi = (struct smi_qemu *)base;
	struct mailbox_bell bell = {.ring = ring};
	struct fathom_error *error;
	struct qmp *qmp;

	error = qemu_guest_connect(&smi->guest, &qmp);
	if (error)
		return error;
	bell.context = qmp;
	error = mailbox_exchange(&smi->mailbox, &bell, message, size, reply,
				 FATHOM_SEAL_MAX_REPLY, reply_size);
	error = explain(qmp, error);
	qmp_close(qmp);
	return qemu_guest_prefer_gone(&smi->guest, error);
}

static void destroy(struct fathom_transport *base)
{
	struct smi_qemu *smi = (struct smi_qemu *)base;

	if (smi->memory)
		munmap(smi->memory, smi->size);
	free(smi->guest.ranges);
	qemu_guest_clear(&smi->guest);
	free(smi);
}

static const struct fathom_transport_ops ops = {
	.exchange = exchange,
	.destroy = destroy,
};

const struct fathom_mailbox *
transport_smi_qemu_mailbox(const struct fathom_transport *transport)
{
	return ((const struct smi_qemu *)transport)->mailbox.shared;
}

/* The guest's memory was opened for reading; this is the same file again. */
static struct fathom_error *map_file(struct smi_qemu *smi, int fd,
				     uint64_t offset, size_t size)
{
	struct fathom_error *error = NULL;
	char path[32];
	void *memory;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return fathom_error_os(errno,
				       "cannot write to the guest's RAM file");
	memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		      (off_t)offset);
	if (memory == MAP_FAILED) {
		error = fathom_error_os(errno, "cannot map the mailbox");
	} else {
		smi->memory = memory;
		smi->size = size;
	}
	close(fd);
	return error;
}

static struct fathom_error *map_mailbox(struct smi_qemu *smi)
{
	struct fathom_acpi_body body;
	struct fathom_error *error;
	uint64_t offset;
	int fd;

	error = acpi_search_mailbox(&smi->guest.segments, smi->guest.ranges,
				    smi->guest.range_count, &body);
	if (error)
		return error;
	if (!segments_locate(&smi->guest.segments, body.mailbox_address,
			     body.mailbox_size, &fd, &offset))
		return fathom_error_create(
			FATHOM_ERROR_PROTOCOL,
			"the mailbox is not in one piece of memory");
	error = map_file(smi, fd, offset, body.mailbox_size);
	if (error)
		return error;
	return mailbox_attach(&smi->mailbox, smi->memory, smi->size);
}

static struct fathom_error *open_guest(struct smi_qemu *smi, const char *socket)
{
	struct fathom_error *error = qemu_guest_init(&smi->guest, socket);
	struct qmp *qmp;

	if (!error)
		error = qmp_connect(socket, QEMU_GUEST_TIMEOUT_MS, &qmp);
	if (error)
		return error;
	error = qemu_guest_load(&smi->guest, qmp);
	qmp_close(qmp);
	if (!error)
		error = map_mailbox(smi);
	return qemu_guest_prefer_gone(&smi->guest, error);
}

struct fathom_error *
fathom_transport_open_smi_qemu(const char *socket,
			       struct fathom_transport **ret)
{
	struct smi_qemu *smi = calloc(1, sizeof(*smi));
	struct fathom_error *error;

	if (!smi)
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "out of memory");
	smi->transport.ops = &ops;
	error = open_guest(smi, socket);
	if (error) {
		destroy(&smi->transport);
		return error;
	}
	*ret = &smi->transport;
	return NULL;
}
