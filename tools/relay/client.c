/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* One client: see client.h. */
#include "client.h"

#include <endian.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server.h"

void client_open(struct client *client, int fd, uint64_t now)
{
	client->state = CLIENT_RECEIVING;
	client->fd = fd;
	client->since = now;
	client->done = 0;
	client->length = 0;
}

void client_close(struct client *client)
{
	close(client->fd);
	client->fd = -1;
	client->state = CLIENT_FREE;
}

bool client_is_idle(const struct client *client)
{
	return client->state == CLIENT_RECEIVING && !client->done;
}

bool client_is_late(const struct client *client, uint64_t now, uint64_t idle_ms)
{
	switch (client->state) {
	case CLIENT_RECEIVING:
	case CLIENT_SENDING:
		return now - client->since >=
		       (client_is_idle(client) ? idle_ms : SERVER_STALL_MS);
	default:
		return false;
	}
}

/* How much is wanted next: the prefix tells how much there is of the rest. */
static size_t wanted(const struct client *client)
{
	if (client->done < RELAY_LENGTH_SIZE)
		return RELAY_LENGTH_SIZE - client->done;
	return RELAY_LENGTH_SIZE + client->length - client->done;
}

/* False if no such message is carried. */
static bool take_length(struct client *client)
{
	uint32_t length;

	memcpy(&length, client->message, sizeof(length));
	client->length = le32toh(length);
	return client->length && client->length <= client->max_message;
}

/* False if the connection is of no use any more. */
static bool receive_some(struct client *client, uint64_t now)
{
	ssize_t got = recv(client->fd, client->message + client->done,
			   wanted(client), MSG_DONTWAIT);

	if (got < 0)
		return errno == EAGAIN || errno == EINTR;
	if (!got)
		return false;
	if (!client->done)
		client->since = now;
	client->done += (size_t)got;
	if (client->done == RELAY_LENGTH_SIZE)
		return take_length(client);
	if (client->done > RELAY_LENGTH_SIZE && !wanted(client))
		client->state = CLIENT_WAITING;
	return true;
}

/* Twice, for the prefix and the rest, which mostly come together. */
void client_receive(struct client *client, uint64_t now)
{
	int i;

	for (i = 0; i < 2 && client->state == CLIENT_RECEIVING; i++) {
		if (!receive_some(client, now)) {
			client_close(client);
			return;
		}
	}
}

void client_reply(struct client *client, size_t size, uint64_t now)
{
	uint32_t length = htole32((uint32_t)size);

	memcpy(client->reply, &length, sizeof(length));
	client->state = CLIENT_SENDING;
	client->since = now;
	client->done = 0;
	client->length = (uint32_t)size;
	client_send(client, now);
}

void client_send(struct client *client, uint64_t now)
{
	size_t size = RELAY_LENGTH_SIZE + client->length;
	ssize_t sent = send(client->fd, client->reply + client->done,
			    size - client->done, MSG_DONTWAIT | MSG_NOSIGNAL);

	if (sent < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (sent < 0) {
		client_close(client);
		return;
	}
	client->done += (size_t)sent;
	if (client->done == size)
		client_open(client, client->fd, now);
}
