/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The way to the agent: see firmware.h. */
#include "firmware.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/mman.h>
#include <unistd.h>

#include "acpi_table.h"
#include "smi.h"

/* What the kernel found in the tables of the firmware. */
#define TABLE "/sys/firmware/acpi/tables/" FATHOM_ACPI_SIGNATURE

/* A longer one would be of a version that we do not know. */
#define MAX_TABLE 256u

static struct fathom_error *read_table(uint8_t *table, size_t *size)
{
	int fd = open(TABLE, O_RDONLY | O_CLOEXEC);
	struct fathom_error *error = NULL;
	ssize_t got;

	if (fd < 0 && errno == ENOENT)
		return fathom_error_create(
			FATHOM_ERROR_UNSUPPORTED,
			"this machine's firmware has no agent of Fathom's: there is no ACPI table %s",
			FATHOM_ACPI_SIGNATURE);
	if (fd < 0)
		return fathom_error_os(errno, "%s", TABLE);
	got = read(fd, table, MAX_TABLE);
	if (got < 0)
		error = fathom_error_os(errno, "%s", TABLE);
	else
		*size = (size_t)got;
	close(fd);
	return error;
}

/*
 * The firmware has reserved the memory, so a kernel with STRICT_DEVMEM maps it;
 * one that is locked down does not.
 */
static struct fathom_error *map_mailbox(const struct fathom_acpi_body *body,
					void **ret)
{
	int fd = open("/dev/mem", O_RDWR | O_CLOEXEC);
	struct fathom_error *error = NULL;
	void *memory;

	if (fd < 0)
		return fathom_error_os(errno, "/dev/mem");
	memory = mmap(NULL, body->mailbox_size, PROT_READ | PROT_WRITE,
		      MAP_SHARED, fd, (off_t)body->mailbox_address);
	if (memory == MAP_FAILED)
		error = fathom_error_os(
			errno,
			"cannot map the mailbox at 0x%" PRIx64
			" through /dev/mem (is the kernel locked down?)",
			body->mailbox_address);
	else
		*ret = memory;
	close(fd);
	return error;
}

struct fathom_error *firmware_open(struct mailbox *mailbox)
{
	struct fathom_acpi_body body;
	struct fathom_error *error;
	uint8_t table[MAX_TABLE];
	void *memory;
	size_t size;

	error = read_table(table, &size);
	if (!error)
		error = acpi_mailbox_table(table, size, &body);
	if (!error)
		error = map_mailbox(&body, &memory);
	if (error)
		return error;
	error = mailbox_attach(mailbox, memory, body.mailbox_size);
	if (error)
		return error;
	return smi_allow();
}
