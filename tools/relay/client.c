/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* One client: see client.h. */
#include "client.h"

#include <unistd.h>

#include "server.h"

void client_open(struct client *client, int fd, int onward, uint64_t now)
{
	client->fd = fd;
	client->onward = onward;
	client->known = false;
	client->owed = 0;
	client->since = now;
	client->opened = now;
	stream_begin(&client->message, now);
	stream_begin(&client->reply, now);
}

void client_close(struct client *client)
{
	close(client->fd);
	if (client->onward >= 0)
		close(client->onward);
	client->fd = -1;
	client->onward = -1;
}

bool client_is_free(const struct client *client)
{
	return client->fd < 0;
}

bool client_is_idle(const struct client *client)
{
	return !client_is_free(client) && !client->owed &&
	       stream_is_idle(&client->message) &&
	       stream_is_idle(&client->reply);
}

bool client_is_stranger(const struct client *client)
{
	return !client_is_free(client) && !client->known;
}

bool client_is_late(const struct client *client, uint64_t now, uint64_t idle_ms)
{
	if (client_is_free(client))
		return false;
	if (client_is_idle(client))
		return now - client->since >= idle_ms;
	return stream_is_stuck(&client->message, now, SERVER_STALL_MS) ||
	       stream_is_stuck(&client->reply, now, SERVER_STALL_MS) ||
	       (client->owed && now - client->since >= SERVER_OWED_MS);
}

bool client_waits(const struct client *client)
{
	return !client_is_free(client) && client->onward < 0 &&
	       client->message.state == STREAM_HELD &&
	       stream_is_idle(&client->reply);
}

/* poll() tells of ends even if nothing is asked for: so nobody is asked then.
 */
static struct pollfd ask(int fd, bool in, bool out)
{
	short events = (short)((in ? POLLIN : 0) | (out ? POLLOUT : 0));

	return (struct pollfd){.fd = events ? fd : -1, .events = events};
}

/*
 * A client whose message waits for its turn, or whose reply is on its way, is
 * not listened to: it has to wait, too. What goes onward is two one-way
 * streets.
 */
void client_poll(const struct client *client,
		 struct pollfd pollfds[CLIENT_POLLFDS])
{
	enum stream_state message = client->message.state;
	enum stream_state reply = client->reply.state;
	bool onward = client->onward >= 0;

	pollfds[CLIENT_FD] = ask(client->fd, message == STREAM_RECEIVING,
				 reply == STREAM_SENDING);
	pollfds[CLIENT_ONWARD] = ask(client->onward,
				     onward && reply == STREAM_RECEIVING,
				     onward && message == STREAM_SENDING);
}

static bool receive_message(struct client *client, uint64_t now)
{
	if (!stream_receive(&client->message, client->fd, now))
		return false;
	if (client->message.state != STREAM_HELD || client->onward < 0)
		return true;
	client->owed++;
	stream_pass_on(&client->message, now);
	return stream_send(&client->message, client->onward, now);
}

static bool receive_reply(struct client *client, uint64_t now)
{
	if (!stream_receive(&client->reply, client->onward, now))
		return false;
	if (client->reply.state != STREAM_HELD)
		return true;
	client->owed -= client->owed > 0;
	client->known = client->known || client->reply.length;
	stream_pass_on(&client->reply, now);
	return stream_send(&client->reply, client->fd, now);
}

/* When an answer of ours is gone, the next message may come. */
static bool send_reply(struct client *client, uint64_t now)
{
	if (!stream_send(&client->reply, client->fd, now))
		return false;
	if (client->onward < 0 && client->reply.state == STREAM_RECEIVING)
		stream_begin(&client->message, now);
	return true;
}

static bool handle(struct client *client, bool fd, bool onward, uint64_t now)
{
	if (fd && client->message.state == STREAM_RECEIVING &&
	    !receive_message(client, now))
		return false;
	if (fd && client->reply.state == STREAM_SENDING &&
	    !send_reply(client, now))
		return false;
	if (onward && client->message.state == STREAM_SENDING &&
	    !stream_send(&client->message, client->onward, now))
		return false;
	return !onward || client->reply.state != STREAM_RECEIVING ||
	       receive_reply(client, now);
}

void client_handle(struct client *client,
		   const struct pollfd pollfds[CLIENT_POLLFDS], uint64_t now)
{
	bool fd = pollfds[CLIENT_FD].revents;
	bool onward = pollfds[CLIENT_ONWARD].revents;

	if (!fd && !onward)
		return;
	client->since = now;
	if (!handle(client, fd, onward, now))
		client_close(client);
}

void client_reply(struct client *client, size_t size, uint64_t now)
{
	client->since = now;
	client->known = client->known || size;
	stream_load(&client->reply, size, now);
	if (!send_reply(client, now))
		client_close(client);
}
