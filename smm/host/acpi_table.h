/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * ACPI tables (ACPI 6.5, 5.2), as far as they lead to the mailbox. They lie in
 * memory that the monitored kernel can write: hints, to be checked.
 */
#ifndef FATHOM_HOST_ACPI_TABLE_H
#define FATHOM_HOST_ACPI_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <fathom/error.h>
#include <fathom/mailbox.h>

/** The common header: signature, then the table's length, and more. */
#define ACPI_SIGNATURE_SIZE 4u
#define ACPI_LENGTH_OFFSET  4u

/** Table FTHM as a whole. */
#define ACPI_MAILBOX_TABLE_SIZE \
	(FATHOM_ACPI_HEADER_SIZE + (uint32_t)sizeof(struct fathom_acpi_body))

/** Largest mailbox that is believed: that of the largest messages, and more. */
#define ACPI_MAILBOX_MAX_SIZE (4u << 20)

/** Whether the @p size bytes add up to 0, as those of each table must. */
bool acpi_checksum_good(const void *table, size_t size);

/**
 * What table FTHM says.
 *
 * @param[in] table,size What was read of it.
 * @param[out] body The mailbox lies in physical memory, does not wrap, and its
 * SMI is raised by FATHOM_SMI_COMMAND at FATHOM_SMI_PORT.
 */
struct fathom_error *acpi_mailbox_table(const void *table, size_t size,
					struct fathom_acpi_body *body);

#endif /* FATHOM_HOST_ACPI_TABLE_H */
