/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * One client of a server: a connection, and what is on its way on it. Its
 * messages are answered here, or go onward by a connection of their own.
 * Nothing here blocks.
 */
#ifndef FATHOM_RELAY_CLIENT_H
#define FATHOM_RELAY_CLIENT_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stream.h"

struct client {
	int fd;		   /* -1: the place is free */
	int onward;	   /* to the next relay or agent; -1: answered here */
	bool known;	   /* the agent has answered it at least once */
	unsigned int owed; /* messages gone onward, less replies come back */
	uint64_t since;	   /* ms: of the last byte that came or went */
	uint64_t opened;   /* ms */
	struct stream message;
	struct stream reply;
};

/** The two sockets of a client, as poll() has them. */
enum { CLIENT_FD, CLIENT_ONWARD, CLIENT_POLLFDS };

/** Take a connection. @param[in] now CLOCK_MONOTONIC in ms, here and below. */
void client_open(struct client *client, int fd, int onward, uint64_t now);

/** Give the connection up. */
void client_close(struct client *client);

bool client_is_free(const struct client *client);

/** Whether it waits for its user to say something. */
bool client_is_idle(const struct client *client);

/** Whether the agent has never answered it: perhaps it has no key. */
bool client_is_stranger(const struct client *client);

/** Whether something is due that does not come. */
bool client_is_late(const struct client *client, uint64_t now,
		    uint64_t idle_ms);

/** Whether it has a message that is to be answered here. */
bool client_waits(const struct client *client);

/** What to wait for. */
void client_poll(const struct client *client,
		 struct pollfd pollfds[CLIENT_POLLFDS]);

/** Do what poll() says can be done. May close the client. */
void client_handle(struct client *client,
		   const struct pollfd pollfds[CLIENT_POLLFDS], uint64_t now);

/** The answer's @p size bytes stand behind the room for the prefix. */
void client_reply(struct client *client, size_t size, uint64_t now);

#endif /* FATHOM_RELAY_CLIENT_H */
