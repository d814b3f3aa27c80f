/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Raising the agent's SMI from a program in the monitored machine.
 */
#ifndef FATHOM_RELAY_SMI_H
#define FATHOM_RELAY_SMI_H

#include <stdint.h>

#include <fathom/error.h>

/** Ask the kernel for the port. Needs CAP_SYS_RAWIO; kept when that is lost. */
struct fathom_error *smi_allow(void);

/** struct mailbox_bell.ring; @p context is not used. */
struct fathom_error *smi_raise(void *context, uint64_t sequence,
			       const volatile uint64_t *done);

#endif /* FATHOM_RELAY_SMI_H */
