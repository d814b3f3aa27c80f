/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Sealed messages, byte for byte, as relays carry them.
 *
 * A session begins with Noise_IK_25519_AESGCM_SHA256 (noiseprotocol.org,
 * revision 34): the IDS is the initiator and knows the agent's public key, the
 * agent answers only those whose public keys it was given. Then each request
 * and each reply is one AES-256-GCM frame.
 *
 * Every message is a struct fathom_seal_header followed by `length` bytes. All
 * little endian. Freestanding: compiles in firmware and on hosts.
 */
#ifndef FATHOM_SEAL_H
#define FATHOM_SEAL_H

#include <stdint.h>

#include <fathom/wire.h>

#define FATHOM_SEAL_MAGIC   0x53485446u /* "FTHS" */
#define FATHOM_SEAL_VERSION 1
/** The Noise prologue: both sides must agree on it. */
#define FATHOM_SEAL_PROLOGUE "Fathom 1"

#define FATHOM_KEY_SIZE	     32u /* X25519, public or private */
#define FATHOM_SEAL_TAG_SIZE 16u

enum fathom_seal_type {
	FATHOM_SEAL_HELLO = 1,	 /* Noise message 1: e, es, s, ss */
	FATHOM_SEAL_WELCOME = 2, /* Noise message 2: e, ee, se */
	FATHOM_SEAL_REQUEST = 3,
	FATHOM_SEAL_REPLY = 4,
};

struct fathom_seal_header {
	uint32_t magic;
	uint16_t version;
	uint16_t type;
	uint32_t session; /* the agent's number for it; 0 in handshakes */
	uint32_t length;  /* of what follows, tags included */
	/*
	 * The frame's number and the nonce of its encryption; 0 in handshakes.
	 * Requests count from 1, upwards: the agent takes none that is not
	 * above the last. A reply bears its request's number (and is sealed
	 * with another key). UINT64_MAX is never used (Noise 5.1).
	 */
	uint64_t counter;
};

/**
 * Payload of FATHOM_SEAL_HELLO. The agent refuses a time that is not above the
 * last one of the same IDS key, so that no handshake can be replayed.
 */
struct fathom_seal_hello {
	uint64_t time; /* nanoseconds since 1970, as the IDS believes */
};

/** Payload of FATHOM_SEAL_WELCOME. */
struct fathom_seal_welcome {
	uint32_t session; /* not 0 */
	uint32_t reserved;
};

/** e, then s and the payload, both sealed. */
#define FATHOM_SEAL_HELLO_LENGTH                          \
	(2 * FATHOM_KEY_SIZE + 2 * FATHOM_SEAL_TAG_SIZE + \
	 (uint32_t)sizeof(struct fathom_seal_hello))
/** e, then the payload, sealed. */
#define FATHOM_SEAL_WELCOME_LENGTH                \
	(FATHOM_KEY_SIZE + FATHOM_SEAL_TAG_SIZE + \
	 (uint32_t)sizeof(struct fathom_seal_welcome))

/*
 * FATHOM_SEAL_REQUEST and _REPLY: a message of wire.h, encrypted with
 * AES-256-GCM, then the tag. Nonce: 4 zero bytes, then the counter, big endian
 * (Noise 12.3). Associated data: the header; in a reply followed by the tag of
 * the request it answers, which binds the two together.
 */
#define FATHOM_SEAL_OVERHEAD \
	((uint32_t)sizeof(struct fathom_seal_header) + FATHOM_SEAL_TAG_SIZE)

/** Largest messages a carrier has to carry. */
#define FATHOM_SEAL_MAX_REQUEST (FATHOM_WIRE_MAX_REQUEST + FATHOM_SEAL_OVERHEAD)
#define FATHOM_SEAL_MAX_REPLY	(FATHOM_WIRE_MAX_REPLY + FATHOM_SEAL_OVERHEAD)

/**
 * What an agent must be given before it serves anybody: its private key and
 * the public keys of the IDSes. `count` keys follow, sorted in no way. How it
 * gets there without an intruder reading it, is the platform's matter:
 * docs/provisioning.md.
 */
struct fathom_key_store {
	uint64_t magic;
	uint32_t version;
	uint32_t count; /* 1..FATHOM_KEY_STORE_MAX */
	uint8_t private_key[FATHOM_KEY_SIZE];
	/* uint8_t authorized[count][FATHOM_KEY_SIZE]; */
};
#define FATHOM_KEY_STORE_MAGIC	 0x5359454b4d485446ull /* "FTHMKEYS" */
#define FATHOM_KEY_STORE_VERSION 1
#define FATHOM_KEY_STORE_MAX	 64u

#endif /* FATHOM_SEAL_H */
