/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * What relays and agents have in common: messages of many clients, one at a
 * time, to the agent, and its replies back. Or onward to somebody else who does
 * that, by a connection for each client.
 */
#ifndef FATHOM_RELAY_SERVER_H
#define FATHOM_RELAY_SERVER_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>

#include <fathom/error.h>

#define SERVER_MAX_CLIENTS 64u

/** Sockets to listen at. */
#define SERVER_LISTENERS 4u

/** A client must send a message, or take a reply, within this time. */
#define SERVER_STALL_MS 10000u

/** Nor may the one that messages go onward to owe a reply for longer. */
#define SERVER_OWED_MS 60000u

/**
 * When all places are taken, the client that has been idle longest makes room
 * for a new one, once that is longer than this. Those whom the agent has never
 * answered go first, and sooner: who has no key cannot drive out who has.
 */
#define SERVER_SPARE_MS	   1000u
#define SERVER_STRANGER_MS 250u

/** Between two calls of a server's tick(). */
#define SERVER_TICK_MS 500u

struct server_settings {
	int listeners[SERVER_LISTENERS]; /* non-blocking; -1: none */
	unsigned int max_clients;	 /* 1..SERVER_MAX_CLIENTS */
	uint64_t idle_ms;     /* after which an idle client is let go */
	uint32_t max_message; /* bytes; a longer one ends the connection */
	uint32_t max_reply;
	/**
	 * Reach the agent; bounded in time. As mailbox_exchange(). NULL: all
	 * goes onward.
	 */
	struct fathom_error *(*exchange)(void *context, const void *message,
					 size_t size, void *reply,
					 size_t capacity, size_t *reply_size);
	/** Begin to connect a socket to where messages go onward to. */
	struct fathom_error *(*connect)(void *context, int *fd);
	/** Called about twice a second; may be NULL. */
	void (*tick)(void *context);
	void *context;
	/* Set by a signal that is blocked but while the server waits. */
	const volatile sig_atomic_t *stop;
	const sigset_t *waiting_mask;
};

struct server;

/** All memory that serving takes is allocated here. */
struct fathom_error *server_create(const struct server_settings *settings,
				   struct server **ret);

/** Serve until told to stop. @return NULL, or why it had to give up. */
struct fathom_error *server_run(struct server *server);

/** Close all connections. The listeners stay the caller's. */
void server_destroy(struct server *server);

#endif /* FATHOM_RELAY_SERVER_H */
