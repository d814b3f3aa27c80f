/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * How an IDS and a relay talk over a stream: each message and each reply is
 * its length, 4 bytes little endian, and that many bytes. Messages and replies
 * take turns. A reply of length 0: the agent was reached and kept silent. A
 * relay that cannot reach the agent closes the connection.
 */
#ifndef FATHOM_HOST_RELAY_PROTOCOL_H
#define FATHOM_HOST_RELAY_PROTOCOL_H

#define RELAY_LENGTH_SIZE 4u

/** Where the relay of this machine listens. */
#define RELAY_DEFAULT_SOCKET "/run/fathom/relay.sock"

#endif /* FATHOM_HOST_RELAY_PROTOCOL_H */
