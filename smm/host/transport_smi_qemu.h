/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * What benchmarks see of the smi+qemu: transport.
 */
#ifndef FATHOM_HOST_TRANSPORT_SMI_QEMU_H
#define FATHOM_HOST_TRANSPORT_SMI_QEMU_H

#include <fathom/mailbox.h>

struct fathom_transport;

/** The guest's mailbox, for what the agent tells of its calls. */
const struct fathom_mailbox *
transport_smi_qemu_mailbox(const struct fathom_transport *transport);

#endif /* FATHOM_HOST_TRANSPORT_SMI_QEMU_H */
