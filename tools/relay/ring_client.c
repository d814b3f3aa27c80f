/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* One slot and its IDS: see ring_client.h. */
#include "ring_client.h"

#include <endian.h>
#include <string.h>

#include "ring_bell.h"
#include "server.h"

/* Between claiming a slot and opening it an IDS does nothing else. */
#define OPEN_MS 1000u

/* Between looking whether it is still served and writing, neither. */
#define LEAVE_MS 50u

/* The IDS copies one piece out while the next one is copied in. */
#define PIECE (64u * 1024)

static void begin_message(struct ring_client *client, uint64_t now)
{
	client->state = RING_CLIENT_RECEIVING;
	client->since = now;
	client->done = 0;
	client->length = 0;
}

static void accept_owner(struct ring_client *client,
			 const struct ring_area *area, uint64_t now)
{
	struct ring_slot *slot = client->slot;

	client->requests = ring_area_requests(area, slot);
	client->replies = ring_area_replies(area, slot);
	atomic_store(&slot->request_read.bytes, 0);
	atomic_store(&slot->reply_written.bytes, 0);
	atomic_store(&slot->accepted, client->mark);
	ring_bell_ring(&slot->bell);
	begin_message(client, now);
}

static void refuse_owner(struct ring_client *client)
{
	uint64_t owner = client->mark;

	client->state = RING_CLIENT_NONE;
	client->mark = 0;
	atomic_store(&client->slot->accepted, 0);
	/* Unless it has gone by itself, and somebody else is there. */
	atomic_compare_exchange_strong(&client->slot->owner, &owner, 0);
	ring_bell_ring(&client->slot->bell);
}

void ring_client_close(struct ring_client *client)
{
	refuse_owner(client);
}

void ring_client_let_go(struct ring_client *client, uint64_t now)
{
	client->state = RING_CLIENT_LEAVING;
	client->since = now;
	atomic_store(&client->slot->accepted, 0);
	ring_bell_ring(&client->slot->bell);
}

/* Nobody is served: has somebody come? */
static bool look_for_owner(struct ring_client *client,
			   const struct ring_area *area, uint64_t owner,
			   uint64_t now)
{
	if (owner != client->mark) {
		client->mark = owner;
		client->since = now;
	}
	if (!owner)
		return false;
	if (atomic_load(&client->slot->opened) == owner) {
		accept_owner(client, area, now);
		return true;
	}
	/* Whoever claimed it died before the next step. */
	if (now - client->since >= OPEN_MS)
		refuse_owner(client);
	return false;
}

/* How much is wanted next: the prefix tells how much there is of the rest. */
static size_t wanted(const struct ring_client *client)
{
	if (client->done < RELAY_LENGTH_SIZE)
		return RELAY_LENGTH_SIZE - client->done;
	return RELAY_LENGTH_SIZE + client->length - client->done;
}

/* False if no such message is carried. */
static bool take_length(struct ring_client *client)
{
	uint32_t length;

	memcpy(&length, client->message, sizeof(length));
	client->length = le32toh(length);
	return client->length && client->length <= client->max_message;
}

/* False if the connection is of no use any more. */
static bool receive_some(struct ring_client *client, uint64_t now, size_t *got)
{
	if (!ring_read(&client->requests, client->message + client->done,
		       wanted(client), got))
		return false;
	if (!*got)
		return true;
	if (!client->done)
		client->since = now;
	client->done += *got;
	if (client->done == RELAY_LENGTH_SIZE)
		return take_length(client);
	if (client->done > RELAY_LENGTH_SIZE && !wanted(client))
		client->state = RING_CLIENT_WAITING;
	return true;
}

/* Twice, for the prefix and the rest, which mostly come together. */
static bool receive(struct ring_client *client, uint64_t now)
{
	bool any = false;
	int i;

	for (i = 0; i < 2 && client->state == RING_CLIENT_RECEIVING; i++) {
		size_t got;

		if (!receive_some(client, now, &got)) {
			refuse_owner(client);
			return true;
		}
		any = any || got;
	}
	/* Whoever has more to write than there was room for waits for that. */
	if (any && client->state == RING_CLIENT_RECEIVING)
		ring_bell_ring(&client->slot->bell);
	return any;
}

static bool send_some(struct ring_client *client, uint64_t now)
{
	size_t size = RELAY_LENGTH_SIZE + client->length;
	size_t left = size - client->done;
	size_t done;

	if (!ring_write(&client->replies, client->reply + client->done,
			left < PIECE ? left : PIECE, &done)) {
		refuse_owner(client);
		return true;
	}
	client->done += done;
	if (done)
		ring_bell_ring(&client->slot->bell);
	if (client->done == size)
		begin_message(client, now);
	return done;
}

bool ring_client_look(struct ring_client *client, const struct ring_area *area,
		      uint64_t now)
{
	uint64_t owner = atomic_load(&client->slot->owner);

	if (client->state == RING_CLIENT_NONE)
		return look_for_owner(client, area, owner, now);
	if (owner != client->mark) {
		refuse_owner(client);
		return true;
	}
	switch (client->state) {
	case RING_CLIENT_RECEIVING:
		return receive(client, now);
	case RING_CLIENT_SENDING:
		return send_some(client, now);
	case RING_CLIENT_LEAVING:
		if (now - client->since >= LEAVE_MS)
			refuse_owner(client);
		return false;
	default:
		return false;
	}
}

bool ring_client_is_idle(const struct ring_client *client)
{
	return client->state == RING_CLIENT_RECEIVING && !client->done;
}

bool ring_client_is_late(const struct ring_client *client, uint64_t now,
			 uint64_t idle_ms)
{
	switch (client->state) {
	case RING_CLIENT_RECEIVING:
	case RING_CLIENT_SENDING:
		return now - client->since >= (ring_client_is_idle(client)
						       ? idle_ms
						       : SERVER_STALL_MS);
	default:
		return false;
	}
}

void ring_client_reply(struct ring_client *client, size_t size, uint64_t now)
{
	uint32_t length = htole32((uint32_t)size);

	memcpy(client->reply, &length, sizeof(length));
	client->state = RING_CLIENT_SENDING;
	client->since = now;
	client->done = 0;
	client->length = (uint32_t)size;
	send_some(client, now);
}
