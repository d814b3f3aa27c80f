/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The relay's only work: messages of many clients, one at a time, to the
 * agent, and its replies back.
 */
#ifndef FATHOM_RELAY_SERVER_H
#define FATHOM_RELAY_SERVER_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>

#include <fathom/error.h>

#define SERVER_MAX_CLIENTS 64u

/** A Unix socket, and one of TCP. */
#define SERVER_LISTENERS 2u

/** A client must send a message, or take a reply, within this time. */
#define SERVER_STALL_MS 10000u

/**
 * When all places are taken, the client that has been idle longest makes room
 * for a new one, once that is longer than this.
 */
#define SERVER_SPARE_MS 1000u

struct server_settings {
	int listeners[SERVER_LISTENERS]; /* non-blocking; -1: none */
	unsigned int max_clients;	 /* 1..SERVER_MAX_CLIENTS */
	uint64_t idle_ms;     /* after which an idle client is let go */
	uint32_t max_message; /* bytes; a longer one ends the connection */
	uint32_t max_reply;
	/** Reach the agent; bounded in time. As mailbox_exchange(). */
	struct fathom_error *(*exchange)(void *context, const void *message,
					 size_t size, void *reply,
					 size_t capacity, size_t *reply_size);
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
