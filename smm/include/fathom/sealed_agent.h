/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The agent core behind sealed messages: handshakes, sessions, frames. Takes
 * what a carrier brings (fathom/seal.h), hands requests that authenticate to
 * the core (fathom/agent.h), and answers nobody else.
 */
#ifndef FATHOM_SEALED_AGENT_H
#define FATHOM_SEALED_AGENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <fathom/agent.h>
#include <fathom/seal.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Sessions at one time; the one longest unused makes room for a new one. */
#define FATHOM_SEALED_AGENT_SESSIONS 16u

struct fathom_sealed_agent;

/** What it needs of its platform beside the core's port. */
struct fathom_sealed_agent_port {
	/** Any clock that only goes forward, for rate limits. Milliseconds. */
	uint64_t (*milliseconds)(void *context);
};

struct fathom_sealed_agent_settings {
	const struct fathom_sealed_agent_port *port;
	void *context;
	struct fathom_agent *agent;
	const struct fathom_key_store *keys; /* copied */
	size_t keys_size;		     /* bytes of @ref keys */
	/*
	 * Where requests and replies stand in the clear. Out of everybody
	 * else's reach: SMRAM. At least limits.max_request and
	 * limits.max_reply + FATHOM_SEAL_OVERHEAD bytes.
	 */
	void *request;
	void *reply;
};

/** Bytes that a struct fathom_sealed_agent takes. */
size_t fathom_sealed_agent_size(void);

/**
 * @param[out] sealed fathom_sealed_agent_size() bytes, aligned as malloc()
 * does.
 * @return Whether the key store and the settings are valid and the crypto
 * library works. On false nothing is to be served.
 */
bool fathom_sealed_agent_start(
	struct fathom_sealed_agent *sealed,
	const struct fathom_sealed_agent_settings *settings);

/** Wipe all keys. */
void fathom_sealed_agent_stop(struct fathom_sealed_agent *sealed);

/**
 * Answer one message.
 *
 * @param[in] message In memory that nobody else can write.
 * @param[out] reply The sealed reply; stands in settings.reply, which the
 * caller copies to the carrier when its @return bytes are there.
 * @return Bytes of the reply; 0: silence, whatever the reason.
 */
size_t fathom_sealed_agent_handle(struct fathom_sealed_agent *sealed,
				  const void *message, size_t size,
				  const void **reply);

#ifdef __cplusplus
}
#endif

#endif /* FATHOM_SEALED_AGENT_H */
