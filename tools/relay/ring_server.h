/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * A server's work at shared memory: as server.h, for IDSes that have it
 * mapped. No socket, and nobody who could wake us if they run on another
 * machine: so it looks, and sleeps between looks.
 */
#ifndef FATHOM_RELAY_RING_SERVER_H
#define FATHOM_RELAY_RING_SERVER_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>

#include <fathom/error.h>

#include "ring_area.h"

struct ring_server_settings {
	struct ring_area area; /* formatted: a client for each of its slots */
	uint64_t idle_ms;      /* after which an idle client is let go */
	uint32_t max_message;  /* bytes; a longer one ends the connection */
	uint32_t max_reply;
	/** As struct server_settings has it. */
	struct fathom_error *(*exchange)(void *context, const void *message,
					 size_t size, void *reply,
					 size_t capacity, size_t *reply_size);
	/** Called about twice a second; may be NULL. */
	void (*tick)(void *context);
	void *context;
	/* Set by a signal, which ends a sleep, or is noticed after it. */
	const volatile sig_atomic_t *stop;
};

struct ring_server;

/** All memory that serving takes is allocated here. */
struct fathom_error *
ring_server_create(const struct ring_server_settings *settings,
		   struct ring_server **ret);

/** Serve until told to stop; then clients are told that nobody does. */
void ring_server_run(struct ring_server *server);

/** The shared memory stays the caller's. */
void ring_server_destroy(struct ring_server *server);

#endif /* FATHOM_RELAY_RING_SERVER_H */
