/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * What the parts of the client (client.h) have in common: its state, and
 * requests of which one, or several at a time, are under way. Nobody else
 * includes this.
 *
 * Whoever calls these functions holds the client's lock.
 */
#ifndef FATHOM_CLIENT_CALL_H
#define FATHOM_CLIENT_CALL_H

#include <pthread.h>
#include <stdatomic.h>

#include "client.h"
#include "page_memory.h"

/* Physical addresses have at most 52 bits (SDM vol. 3A, 4.1.4). */
#define CLIENT_MAX_PHYSICAL (1ull << 52)

/* Requests that may be in flight at one time, and room for them. */
#define CLIENT_WINDOW	    8u
#define CLIENT_REQUEST_ROOM (2 * FATHOM_WIRE_MAX_REQUEST)

/* One READ of a vectored read: which item each piece of it belongs to. */
struct round {
	size_t count;
	struct {
		size_t item;
		size_t offset; /* in the item */
		size_t length;
	} pieces[FATHOM_WIRE_MAX_ITEMS];
};

struct fathom_client {
	struct fathom_channel *channel;
	_Atomic uint64_t answered; /* calls that the agent has answered */
	pthread_mutex_t lock;	   /* of everything below */
	struct fathom_client_info info;
	struct fathom_client_statistics statistics;
	size_t max_request; /* header included, as the agent told */
	size_t max_reply;
	size_t max_items;
	uint8_t *request; /* CLIENT_REQUEST_ROOM bytes */
	uint8_t *reply;
	struct round rounds[CLIENT_WINDOW]; /* of the readv under way */
	struct fathom_page_memory *kept;    /* NULL: no pages are kept */
};

/** The agent broke the format. @param[in] what "INFO without RAM". */
struct fathom_error *fathom_client_broken(const char *what);

/** As an error: the status of a reply, or of an item that ends everything. */
struct fathom_error *fathom_client_refusal(uint32_t status);

/**
 * Make one request.
 *
 * @param[in] size Of its body, which stands in client->request behind the room
 * for the header.
 * @param[out] body Of the reply, in client->reply, @p body_size bytes.
 */
struct fathom_error *fathom_client_call(struct fathom_client *client,
					uint16_t type, size_t size,
					const uint8_t **body,
					size_t *body_size);

/** What takes the body of the reply to request number @p index. */
typedef struct fathom_error *(*take_body)(void *context, size_t index,
					  const uint8_t *body, size_t size);

/** Requests of one type, which are made without waiting for each other. */
struct flight {
	struct fathom_client *client;
	uint16_t type;
	size_t count;
	size_t used; /* bytes of client->request */
	struct fathom_channel_request requests[CLIENT_WINDOW];
	take_body take;
	void *context;
};

/** Room for the body of one more request; 0: it can take no more. */
size_t fathom_flight_room(const struct flight *flight);

/** Where that body belongs. */
uint8_t *fathom_flight_body(const struct flight *flight);

/** Add the request whose body, of @p size bytes, is there. */
void fathom_flight_add(struct flight *flight, size_t size);

/** Make all of them, and let their replies be taken. */
struct fathom_error *fathom_flight_fly(struct flight *flight);

static inline size_t client_smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

#endif
