/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* ACPI table FTHM: see acpi_table.h. */
#include "acpi_table.h"

#include <inttypes.h>
#include <string.h>

#define PAGE_SIZE 4096u

/* Physical addresses have at most 52 bits (SDM vol. 3A, 4.1.4). */
#define MAX_PHYSICAL (1ull << 52)

bool acpi_checksum_good(const void *table, size_t size)
{
	const uint8_t *bytes = table;
	uint8_t sum = 0;
	size_t i;

	for (i = 0; i < size; i++)
		sum = (uint8_t)(sum + bytes[i]);
	return sum == 0;
}

static struct fathom_error *broken(const char *what)
{
	return fathom_error_create(FATHOM_ERROR_PROTOCOL, "ACPI table FTHM: %s",
				   what);
}

static struct fathom_error *check_body(const struct fathom_acpi_body *body)
{
	if (body->version != FATHOM_MAILBOX_VERSION)
		return fathom_error_create(
			FATHOM_ERROR_UNSUPPORTED,
			"ACPI table FTHM: the firmware's mailbox has version %u, this program knows %u",
			body->version, FATHOM_MAILBOX_VERSION);
	/* To write another value, or elsewhere, would do anything at all. */
	if (body->smi_port != FATHOM_SMI_PORT ||
	    body->smi_command != FATHOM_SMI_COMMAND)
		return broken("another SMI than ours");
	if (!body->mailbox_address || body->mailbox_address % PAGE_SIZE ||
	    body->mailbox_size % PAGE_SIZE ||
	    body->mailbox_size < sizeof(struct fathom_mailbox) ||
	    body->mailbox_size > ACPI_MAILBOX_MAX_SIZE ||
	    body->mailbox_address >= MAX_PHYSICAL - body->mailbox_size)
		return fathom_error_create(
			FATHOM_ERROR_PROTOCOL,
			"ACPI table FTHM: an impossible mailbox of 0x%" PRIx32
			" bytes at 0x%" PRIx64,
			body->mailbox_size, body->mailbox_address);
	return NULL;
}

struct fathom_error *acpi_mailbox_table(const void *table, size_t size,
					struct fathom_acpi_body *body)
{
	uint32_t length;

	if (size < ACPI_MAILBOX_TABLE_SIZE)
		return broken("too short");
	if (memcmp(table, FATHOM_ACPI_SIGNATURE, ACPI_SIGNATURE_SIZE) != 0)
		return broken("another signature");
	memcpy(&length, (const char *)table + ACPI_LENGTH_OFFSET,
	       sizeof(length));
	if (length < ACPI_MAILBOX_TABLE_SIZE || length > size)
		return broken("a length that is not its own");
	if (!acpi_checksum_good(table, length))
		return broken("wrong checksum");
	memcpy(body, (const char *)table + FATHOM_ACPI_HEADER_SIZE,
	       sizeof(*body));
	return check_body(body);
}
