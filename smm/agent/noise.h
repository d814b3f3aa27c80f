/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Noise_IK_25519_AESGCM_SHA256 (noiseprotocol.org, revision 34), both sides.
 *
 * The order of calls: noise_start(), then for the initiator
 * noise_write_hello(), noise_read_welcome(), for the responder
 * noise_read_hello(), noise_write_welcome(); at last noise_split().
 * noise_wipe() ends a handshake, whether it succeeded or not.
 */
#ifndef FATHOM_AGENT_NOISE_H
#define FATHOM_AGENT_NOISE_H

#include "crypto.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Bytes that a message is longer than its payload. */
#define NOISE_HELLO_OVERHEAD   (2 * CRYPTO_KEY_SIZE + 2 * CRYPTO_TAG_SIZE)
#define NOISE_WELCOME_OVERHEAD (CRYPTO_KEY_SIZE + CRYPTO_TAG_SIZE)

struct noise_handshake {
	/* Borrowed: the caller's long-term key, valid until noise_wipe(). */
	const struct crypto_private_key *s;
	/* Owned. The caller puts a new key here before its first message. */
	struct crypto_private_key e;
	uint8_t rs[CRYPTO_KEY_SIZE]; /* the other side's long-term key */
	uint8_t re[CRYPTO_KEY_SIZE];
	uint8_t h[CRYPTO_HASH_SIZE];
	uint8_t ck[CRYPTO_HASH_SIZE];
	uint64_t n;
	struct crypto_cipher cipher; /* keyed with Noise's k */
};

/**
 * Begin a handshake.
 *
 * @param[in] s This side's long-term key.
 * @param[in] responder The responder's long-term public key.
 * @return false when out of memory; to be wiped nevertheless.
 */
bool noise_start(struct noise_handshake *noise,
		 const struct crypto_private_key *s, const uint8_t *responder,
		 struct crypto_bytes prologue);

/**
 * Message 1: e, es, s, ss.
 *
 * @param[out] message payload.size + NOISE_HELLO_OVERHEAD bytes.
 */
bool noise_write_hello(struct noise_handshake *noise,
		       struct crypto_bytes payload, uint8_t *message);

/**
 * @param[in] message At least NOISE_HELLO_OVERHEAD bytes.
 * @param[out] payload message.size - NOISE_HELLO_OVERHEAD bytes.
 * @return Whether the message is authentic. Whose it is, is in noise->rs then:
 * whether to serve that key is the caller's decision.
 */
bool noise_read_hello(struct noise_handshake *noise,
		      struct crypto_bytes message, uint8_t *payload);

/** Message 2: e, ee, se; as above. */
bool noise_write_welcome(struct noise_handshake *noise,
			 struct crypto_bytes payload, uint8_t *message);
bool noise_read_welcome(struct noise_handshake *noise,
			struct crypto_bytes message, uint8_t *payload);

/** Key two ciphers that were created without a key. */
bool noise_split(const struct noise_handshake *noise,
		 struct crypto_cipher *initiator_to_responder,
		 struct crypto_cipher *responder_to_initiator);

/** Forget everything. */
void noise_wipe(struct noise_handshake *noise);

#ifdef __cplusplus
}
#endif

#endif /* FATHOM_AGENT_NOISE_H */
