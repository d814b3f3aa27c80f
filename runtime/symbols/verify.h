/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Checking symbols against the kernel they should describe.
 */
#ifndef FATHOM_RUNTIME_VERIFY_H
#define FATHOM_RUNTIME_VERIFY_H

#include "identify.h"

/**
 * Does kernel->table fit kernel->image? What is learned on the way (banner,
 * release, page tables, PTI, build ID, link address) goes into @p kernel.
 *
 * @param[in] evidence VMCOREINFO that the symbols came from, or NULL. The
 * kernel's vmcoreinfo_data must point at that page.
 */
struct fathom_error *
fathom_kernel_verify(struct fathom_client *client, struct fathom_kernel *kernel,
		     const struct fathom_evidence *evidence);

#endif /* FATHOM_RUNTIME_VERIFY_H */
