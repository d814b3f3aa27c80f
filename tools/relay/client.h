/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * One client of the relay: a connection, and the message or reply on its way.
 * Nothing here blocks.
 */
#ifndef FATHOM_RELAY_CLIENT_H
#define FATHOM_RELAY_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "relay_protocol.h"

enum client_state {
	CLIENT_FREE = 0,  /* no connection */
	CLIENT_RECEIVING, /* a message, or waiting for one */
	CLIENT_WAITING,	  /* for its turn at the agent */
	CLIENT_SENDING,	  /* the reply */
};

struct client {
	enum client_state state;
	int fd;
	uint64_t since;	 /* ms: when this message, reply or idleness began */
	size_t done;	 /* bytes, of prefix and body together */
	uint32_t length; /* of the body, once the prefix is there */
	uint32_t max_message;
	/* RELAY_LENGTH_SIZE bytes of prefix, then the body. */
	uint8_t *message;
	uint8_t *reply;
};

/** Take a connection. @param[in] now CLOCK_MONOTONIC in ms, here and below. */
void client_open(struct client *client, int fd, uint64_t now);

/** Give the connection up. */
void client_close(struct client *client);

/** Whether it waits for its user to say something. */
bool client_is_idle(const struct client *client);

/** Whether something is due that does not come. */
bool client_is_late(const struct client *client, uint64_t now,
		    uint64_t idle_ms);

/** The socket is readable: take what there is of one message, no more. */
void client_receive(struct client *client, uint64_t now);

/** The reply's @p size bytes stand behind the room for the prefix. */
void client_reply(struct client *client, size_t size, uint64_t now);

/** The socket is writable: give it what it takes of the reply. */
void client_send(struct client *client, uint64_t now);

#endif /* FATHOM_RELAY_CLIENT_H */
