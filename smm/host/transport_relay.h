/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The transport to a relay, with a patience of one's own.
 */
#ifndef FATHOM_HOST_TRANSPORT_RELAY_H
#define FATHOM_HOST_TRANSPORT_RELAY_H

#include <fathom/error.h>
#include <fathom/transport.h>

/**
 * For one message and its reply. The relay's own bound for a call is some
 * seconds, and others may stand before us in the queue.
 */
#define TRANSPORT_RELAY_TIMEOUT_MS 20000

/** As fathom_transport_open_relay(). @param[in] timeout_ms For an exchange. */
struct fathom_error *transport_relay_open(const char *socket, int timeout_ms,
					  struct fathom_transport **ret);

#endif /* FATHOM_HOST_TRANSPORT_RELAY_H */
