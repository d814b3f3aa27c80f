/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * A sealed agent in this process, and the transport to it: the whole protocol
 * without firmware, for tests and to measure what sealing costs.
 */
#ifndef FATHOM_HOST_LOOPBACK_H
#define FATHOM_HOST_LOOPBACK_H

#include <fathom/agent.h>
#include <fathom/error.h>
#include <fathom/transport.h>

/**
 * @param[in] agent Must outlive the transport; nobody else may use it then.
 * @param[in] keys A key store of @p keys_size bytes; copied.
 */
struct fathom_error *loopback_open(struct fathom_agent *agent,
				   const struct fathom_key_store *keys,
				   size_t keys_size,
				   struct fathom_transport **ret);

#endif /* FATHOM_HOST_LOOPBACK_H */
