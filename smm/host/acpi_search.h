/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * From a guest's memory to its mailbox: RSDP, XSDT, FTHM (ACPI 6.5, 5.2).
 */
#ifndef FATHOM_HOST_ACPI_SEARCH_H
#define FATHOM_HOST_ACPI_SEARCH_H

#include <stdint.h>

#include <fathom/error.h>
#include <fathom/mailbox.h>
#include <fathom/wire.h>

#include "segments.h"

/**
 * Find the mailbox. UEFI tells the kernel alone where the RSDP is, so it is
 * looked for below 4 GiB, from the top, where firmware keeps its tables; the
 * first one counts that leads all the way to a mailbox.
 *
 * @param[in] segments,ranges,count The guest's RAM, as segments_finish() gave
 * it.
 * @param[out] body What acpi_mailbox_table() vouches for; the mailbox lies in
 * RAM.
 * @return FATHOM_ERROR_TARGET if there is none.
 */
struct fathom_error *acpi_search_mailbox(const struct segments *segments,
					 const struct fathom_wire_range *ranges,
					 uint32_t count,
					 struct fathom_acpi_body *body);

#endif /* FATHOM_HOST_ACPI_SEARCH_H */
