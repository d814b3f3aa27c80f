/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The way to the agent in this machine's firmware.
 */
#ifndef FATHOM_RELAY_FIRMWARE_H
#define FATHOM_RELAY_FIRMWARE_H

#include <fathom/error.h>

#include "mailbox.h"

/**
 * Find the mailbox by ACPI table FTHM, map it, and get leave to raise the SMI.
 * Needs root; nothing of what is opened stays open.
 *
 * @param[out] mailbox Mapped for the life of the process.
 * @return FATHOM_ERROR_UNSUPPORTED if there is no agent.
 */
struct fathom_error *firmware_open(struct mailbox *mailbox);

#endif /* FATHOM_RELAY_FIRMWARE_H */
