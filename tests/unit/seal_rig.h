/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * A sealed agent over the small machine of agent_machine.h, with a clock and
 * random numbers that the test holds in its hands; and an IDS that does the
 * protocol step by step, so that each step can be done wrongly.
 */
#ifndef SEAL_RIG_H
#define SEAL_RIG_H

#include <fathom/sealed_agent.h>

#include "agent_machine.h"
#include "frame.h"
#include "noise.h"

/** IDSes that the agent serves; one more has a key that it does not know. */
#define RIG_SERVED   3
#define RIG_STRANGER RIG_SERVED

/* Limits of the agent, so that both are reached with little work. */
#define RIG_MAX_REQUEST 4096u
#define RIG_MAX_REPLY	(32u * 1024)

/** Where the machine keeps what nobody but a served IDS may see. */
#define RIG_SECRET	MACHINE_FREE
#define RIG_SECRET_SIZE 64u

struct rig {
	struct machine *machine;
	struct fathom_sealed_agent *sealed;
	uint64_t now; /* ms, of the agent's clock */
	uint8_t *request;
	uint8_t *reply;
	uint8_t secret[RIG_SECRET_SIZE];
	struct {
		struct fathom_key_store header;
		uint8_t authorized[RIG_SERVED][FATHOM_KEY_SIZE];
	} store;
	uint8_t ids[RIG_SERVED + 1][FATHOM_KEY_SIZE]; /* private keys */
	uint8_t agent_key[FATHOM_KEY_SIZE];	      /* public */
};

/** One IDS: its handshake, then its session. */
struct rig_ids {
	struct crypto_private_key key;
	struct noise_handshake noise;
	struct crypto_cipher send;
	struct crypto_cipher receive;
	uint32_t session;
};

#define RIG_HELLO_SIZE \
	(sizeof(struct fathom_seal_header) + FATHOM_SEAL_HELLO_LENGTH)

/** A sealed message of any kind that a test makes. */
struct rig_message {
	uint8_t bytes[FATHOM_SEAL_OVERHEAD + FATHOM_WIRE_MAX_REQUEST + 64];
	size_t size;
};

/** Random numbers fail from now on, or work again. */
void rig_random_fails(bool fails);

int rig_setup(void **state);
int rig_teardown(void **state);

/** What the agent is started with. */
struct fathom_sealed_agent_settings rig_settings(struct rig *rig);

/** Stop the agent and start it anew with the same keys, as at a reboot. */
void rig_restart(struct rig *rig);

/** IDS number @p index, without a session; to be closed. */
void rig_ids_open(struct rig *rig, uint32_t index, struct rig_ids *ids);
void rig_ids_close(struct rig_ids *ids);

/**
 * Hand bytes to the agent.
 *
 * @param[out] reply Copied; its size is 0 when the agent is silent.
 */
void rig_send(struct rig *rig, const void *bytes, size_t size,
	      struct rig_message *reply);

/** Whether the agent answers nothing to a message. */
bool rig_silent(struct rig *rig, const struct rig_message *message);

/** Begin a handshake with the agent that has the public key @p agent_key. */
void rig_hello(struct rig_ids *ids, const uint8_t *agent_key, uint64_t time,
	       struct rig_message *message);

/** Read the answer to the hello; whether it is authentic. */
bool rig_welcome(struct rig_ids *ids, const struct rig_message *message);

/**
 * A whole handshake, at a time later than all before. Lets the agent's clock
 * go on, so that rate limits do not matter.
 */
void rig_handshake(struct rig *rig, struct rig_ids *ids);

/** Seal @p size bytes as request number @p counter. */
void rig_seal(struct rig_ids *ids, uint64_t counter, const void *plain,
	      size_t size, struct rig_message *message);

/** Seal a READ of the machine's secret. */
void rig_seal_read(struct rig_ids *ids, uint64_t counter,
		   struct rig_message *message);

/**
 * Open the agent's reply to @p request.
 *
 * @param[out] plain At least as large as the reply.
 * @return Bytes of @p plain; SIZE_MAX if the reply is not authentic.
 */
size_t rig_open(struct rig_ids *ids, const struct rig_message *request,
		const struct rig_message *reply, uint8_t *plain);

/** Whether READ number @p counter is answered with the secret. */
bool rig_serves(struct rig *rig, struct rig_ids *ids, uint64_t counter);

/** Whether the bytes of @p needle occur in @p haystack. */
bool rig_contains(const void *haystack, size_t size, const void *needle,
		  size_t needle_size);

#endif /* SEAL_RIG_H */
