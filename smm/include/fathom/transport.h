/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * What carries sealed messages (fathom/seal.h) to an agent and its answers
 * back: untrusted, and ignorant of what it carries.
 */
#ifndef FATHOM_TRANSPORT_H
#define FATHOM_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <fathom/incident.h>
#include <fathom/seal.h>

struct fathom_channel;
struct fathom_error;
struct fathom_transport;

/** How long to wait, and for what. Of those who carry messages over sockets. */
struct fathom_transport_patience {
	/** For an answer, and for a connection to be made; 0: the default. */
	unsigned int timeout_ms;
	/** For a connection that was lost to be there again; 0: not at all. */
	unsigned int reconnect_ms;
};

/** What an IDS waits for when its user has not said anything. */
#define FATHOM_TRANSPORT_TIMEOUT_MS   20000u
#define FATHOM_TRANSPORT_RECONNECT_MS 10000u

/** Most messages that are given to exchange_many() at one time. */
#define FATHOM_TRANSPORT_WINDOW 8u

/** A message to be carried: at most FATHOM_SEAL_MAX_REQUEST bytes. */
struct fathom_transport_message {
	const void *bytes;
	size_t size;
};

/**
 * Takes the answer to message number @p index; answers come in the messages'
 * order.
 *
 * @param[in] reply_size 0 when the agent was reached and kept silent.
 * @return false to give up: what else is under way is not wanted.
 */
typedef bool (*fathom_transport_take)(void *context, size_t index,
				      size_t reply_size);

struct fathom_transport_ops {
	/**
	 * Carry one message and wait for the answer, a bounded time.
	 *
	 * @param[in] message At most FATHOM_SEAL_MAX_REQUEST bytes.
	 * @param[out] reply FATHOM_SEAL_MAX_REPLY bytes.
	 * @param[out] reply_size 0 when the agent was reached and kept silent.
	 * @return NULL, or why no answer came: FATHOM_ERROR_TARGET if the way
	 * to the agent is cut, in which case trying again may help.
	 */
	struct fathom_error *(*exchange)(struct fathom_transport *transport,
					 const void *message, size_t size,
					 void *reply, size_t *reply_size);
	/**
	 * Optional: carry @p count messages, 1 to FATHOM_TRANSPORT_WINDOW,
	 * without waiting for the answer to one before the next is sent.
	 *
	 * @param[out] reply FATHOM_SEAL_MAX_REPLY bytes: where an answer is
	 * when @p take is called for it.
	 * @return NULL also when @p take gave up. After an error, those not
	 * taken may or may not have reached the agent.
	 */
	struct fathom_error *(*exchange_many)(
		struct fathom_transport *transport,
		const struct fathom_transport_message *messages, size_t count,
		void *reply, fathom_transport_take take, void *context);
	void (*destroy)(struct fathom_transport *transport);
};

/** Embedded as the first member of each transport's own structure. */
struct fathom_transport {
	const struct fathom_transport_ops *ops;
	struct fathom_transport_patience patience;
	/*
	 * What the last FATHOM_ERROR_TARGET was, if it was not
	 * FATHOM_INCIDENT_LOST: set by the transport, raised by the channel.
	 */
	enum fathom_incident failure;
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

/**
 * Whatever listens at the Unix socket @p socket: fathom-relay, or an agent
 * itself.
 *
 * @param[in] patience NULL: the defaults.
 */
struct fathom_error *
fathom_transport_open_unix(const char *socket,
			   const struct fathom_transport_patience *patience,
			   struct fathom_transport **ret);

/**
 * Whatever listens at TCP address and port @p address: "192.0.2.1:4711",
 * "[2001:db8::1]:4711" or "host.example:4711". A name is looked up here and
 * never again.
 *
 * @param[in] patience As above.
 */
struct fathom_error *
fathom_transport_open_tcp(const char *address,
			  const struct fathom_transport_patience *patience,
			  struct fathom_transport **ret);

/**
 * The agent behind the relay that serves in the shared memory at @p path: a
 * file of this machine, or a PCI device's memory that another machine has, too.
 *
 * @param[in] patience As above.
 */
struct fathom_error *
fathom_transport_open_shm(const char *path,
			  const struct fathom_transport_patience *patience,
			  struct fathom_transport **ret);

/** The SMM agent of the QEMU guest whose QMP socket is @p socket. */
struct fathom_error *
fathom_transport_open_smi_qemu(const char *socket,
			       struct fathom_transport **ret);

#endif /* FATHOM_TRANSPORT_H */
