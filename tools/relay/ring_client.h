/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * One slot of the shared memory, and the IDS that has it: as client.h, with
 * rings instead of a socket. Nothing here waits, and nothing that others write
 * is believed.
 */
#ifndef FATHOM_RELAY_RING_CLIENT_H
#define FATHOM_RELAY_RING_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "relay_protocol.h"
#include "ring.h"
#include "ring_area.h"

enum ring_client_state {
	RING_CLIENT_NONE = 0,  /* nobody is served here */
	RING_CLIENT_RECEIVING, /* a message, or waiting for one */
	RING_CLIENT_WAITING,   /* for its turn at the agent */
	RING_CLIENT_SENDING,   /* the reply */
	RING_CLIENT_LEAVING,   /* told to go, and may not have seen it */
};

struct ring_client {
	enum ring_client_state state;
	struct ring_slot *slot;
	uint64_t mark;	/* who: of the one served, or seen last */
	uint64_t since; /* ms: when this message, reply or idleness began */
	struct ring requests;
	struct ring replies;
	size_t done;	 /* bytes, of prefix and body together */
	uint32_t length; /* of the body, once the prefix is there */
	uint32_t max_message;
	/* RELAY_LENGTH_SIZE bytes of prefix, then the body. */
	uint8_t *message;
	uint8_t *reply;
};

/**
 * Do what can be done now: take somebody, some of a message, give some of a
 * reply, or see that somebody has gone.
 *
 * @param[in] now CLOCK_MONOTONIC in ms, here and below.
 * @return Whether there was something to do.
 */
bool ring_client_look(struct ring_client *client, const struct ring_area *area,
		      uint64_t now);

/** Give the connection up at once. */
void ring_client_close(struct ring_client *client);

/**
 * Give it up when an IDS that is about to write has had time to see it, lest it
 * write into the ring of who comes next.
 */
void ring_client_let_go(struct ring_client *client, uint64_t now);

/** Whether it waits for its user to say something. */
bool ring_client_is_idle(const struct ring_client *client);

/** Whether something is due that does not come. */
bool ring_client_is_late(const struct ring_client *client, uint64_t now,
			 uint64_t idle_ms);

/** The reply's @p size bytes stand behind the room for the prefix. */
void ring_client_reply(struct ring_client *client, size_t size, uint64_t now);

#endif /* FATHOM_RELAY_RING_CLIENT_H */
