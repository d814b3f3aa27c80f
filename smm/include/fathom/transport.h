/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * What carries sealed messages (fathom/seal.h) to an agent and its answers
 * back: untrusted, and ignorant of what it carries.
 */
#ifndef FATHOM_TRANSPORT_H
#define FATHOM_TRANSPORT_H

#include <stddef.h>
#include <stdint.h>

#include <fathom/seal.h>

struct fathom_channel;
struct fathom_error;
struct fathom_transport;

struct fathom_transport_ops {
	/**
	 * Carry one message and wait for the answer, a bounded time.
	 *
	 * @param[in] message At most FATHOM_SEAL_MAX_REQUEST bytes.
	 * @param[out] reply FATHOM_SEAL_MAX_REPLY bytes.
	 * @param[out] reply_size 0 when the agent was reached and kept silent.
	 * @return NULL, or why no answer came.
	 */
	struct fathom_error *(*exchange)(struct fathom_transport *transport,
					 const void *message, size_t size,
					 void *reply, size_t *reply_size);
	void (*destroy)(struct fathom_transport *transport);
};

/** Embedded as the first member of each transport's own structure. */
struct fathom_transport {
	const struct fathom_transport_ops *ops;
};

/**
 * Open a session with the agent behind @p transport, and a channel over it.
 *
 * @param[in] transport Owned by the channel afterwards, also when it fails.
 * @param[in] private_key The IDS's, FATHOM_KEY_SIZE bytes; copied, wiped with
 * the channel.
 * @param[in] agent_key The agent's public key, FATHOM_KEY_SIZE bytes; copied.
 */
struct fathom_error *
fathom_sealed_channel_open(struct fathom_transport *transport,
			   const uint8_t *private_key, const uint8_t *agent_key,
			   struct fathom_channel **ret);

/** The SMM agent of this machine, by way of the relay at @p socket. */
struct fathom_error *fathom_transport_open_relay(const char *socket,
						 struct fathom_transport **ret);

/**
 * The SMM agent behind the relay that listens at TCP address and port
 * @p address: "192.0.2.1:4711" or "[2001:db8::1]:4711", no names.
 */
struct fathom_error *fathom_transport_open_tcp(const char *address,
					       struct fathom_transport **ret);

/**
 * The agent behind the relay that serves in the shared memory at @p path: a
 * file of this machine, or a PCI device's memory that another machine has, too.
 */
struct fathom_error *fathom_transport_open_shm(const char *path,
					       struct fathom_transport **ret);

/** The SMM agent of the QEMU guest whose QMP socket is @p socket. */
struct fathom_error *
fathom_transport_open_smi_qemu(const char *socket,
			       struct fathom_transport **ret);

#endif /* FATHOM_TRANSPORT_H */
