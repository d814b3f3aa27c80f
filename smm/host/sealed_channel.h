/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * What a channel over sealed messages keeps.
 */
#ifndef FATHOM_HOST_SEALED_CHANNEL_H
#define FATHOM_HOST_SEALED_CHANNEL_H

#include <pthread.h>
#include <stdint.h>

#include <fathom/channel.h>
#include <fathom/transport.h>

#include "../agent/crypto.h"

struct sealed_channel {
	struct fathom_channel channel;
	struct fathom_transport *transport;
	pthread_mutex_t lock; /* of all below: one call at a time */
	struct crypto_private_key key;
	uint8_t agent_key[FATHOM_KEY_SIZE];
	uint64_t hello_time; /* of the last handshake */
	uint32_t session;    /* the agent's number for it; 0: none */
	uint64_t counter;    /* of the last request */
	struct crypto_cipher send;
	struct crypto_cipher receive;
	uint8_t *message; /* SEALED_CHANNEL_ROOM bytes, of all in flight */
	uint8_t *answer;  /* FATHOM_SEAL_MAX_REPLY bytes */
};

/** One request of the largest kind, and as many more as have room. */
#define SEALED_CHANNEL_ROOM (2 * FATHOM_SEAL_MAX_REQUEST)

#endif /* FATHOM_HOST_SEALED_CHANNEL_H */
