/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Serving: see server.h. */
#include "server.h"

#include <err.h>
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "client.h"

/* Between two complaints, so that nobody can fill the log. */
#define COMPLAINT_MS 1000u

struct server {
	struct server_settings settings;
	struct client clients[SERVER_MAX_CLIENTS];
	unsigned int next; /* whose turn it is */
	bool complained;
	uint64_t last_complaint; /* ms */
	uint64_t last_tick;	 /* ms */
	uint64_t tokens;	 /* calls that strangers have coming */
	uint64_t refilled;	 /* ms */
	uint8_t *memory;	 /* of all messages and replies */
};

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

struct fathom_error *server_create(const struct server_settings *settings,
				   struct server **ret)
{
	size_t message = RELAY_LENGTH_SIZE + (size_t)settings->max_message;
	size_t reply = RELAY_LENGTH_SIZE + (size_t)settings->max_reply;
	struct server *server = calloc(1, sizeof(*server));
	uint8_t *memory;
	unsigned int i;

	if (server)
		server->memory = calloc(settings->max_clients, message + reply);
	if (!server || !server->memory) {
		free(server);
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "out of memory");
	}
	server->settings = *settings;
	server->tokens = SERVER_STRANGER_CALLS;
	server->refilled = now_ms();
	memory = server->memory;
	for (i = 0; i < settings->max_clients; i++) {
		struct client *client = &server->clients[i];

		client->fd = -1;
		client->onward = -1;
		client->message.max = settings->max_message;
		client->message.bytes = memory;
		client->reply.max = settings->max_reply;
		client->reply.empty = true;
		client->reply.bytes = memory + message;
		memory += message + reply;
	}
	*ret = server;
	return NULL;
}

static struct client *free_place(struct server *server)
{
	unsigned int i;

	for (i = 0; i < server->settings.max_clients; i++) {
		if (client_is_free(&server->clients[i]))
			return &server->clients[i];
	}
	return NULL;
}

static bool has_strangers(const struct server *server)
{
	unsigned int i;

	for (i = 0; i < server->settings.max_clients; i++) {
		if (client_is_stranger(&server->clients[i]))
			return true;
	}
	return false;
}

/* Whatever it says: garbage, as often as it likes, makes nobody known. */
static bool may_stranger_go(const struct client *client, uint64_t now)
{
	uint64_t patience = client->owed || client_waits(client)
				    ? SERVER_SPARE_MS
				    : SERVER_STRANGER_MS;

	return client_is_stranger(client) && now - client->opened >= patience;
}

static bool may_known_go(const struct client *client, uint64_t now)
{
	return client->known && client_is_idle(client) &&
	       now - client->since >= SERVER_SPARE_MS;
}

/*
 * Who can be spared, if anybody: the stranger who is there longest, and one
 * whom the agent knows only where there are no strangers. So those without a
 * key can take one such place at a time, and have to leave it to each other.
 */
static struct client *spare_place(struct server *server, uint64_t now)
{
	bool strangers = has_strangers(server);
	struct client *oldest = NULL;
	unsigned int i;

	for (i = 0; i < server->settings.max_clients; i++) {
		struct client *client = &server->clients[i];

		if (!(strangers ? may_stranger_go(client, now)
				: may_known_go(client, now)))
			continue;
		if (!oldest || (strangers ? client->opened < oldest->opened
					  : client->since < oldest->since))
			oldest = client;
	}
	return oldest;
}

static void complain(struct server *server, struct fathom_error *error)
{
	uint64_t now = now_ms();

	if (!server->complained ||
	    now - server->last_complaint >= COMPLAINT_MS) {
		server->complained = true;
		server->last_complaint = now;
		warnx("%s", error->message);
	}
	fathom_error_destroy(error);
}

/* Nobody has to go for a connection that cannot be made. */
static bool connect_onward(struct server *server, int *onward)
{
	struct fathom_error *error = NULL;

	*onward = -1;
	if (!server->settings.exchange)
		error = server->settings.connect(server->settings.context,
						 onward);
	if (!error)
		return true;
	complain(server, error);
	return false;
}

/* One at a time: whoever else waits does so in the socket's queue. */
static void accept_client(struct server *server, int listener, uint64_t now)
{
	struct client *place = free_place(server);
	int onward;
	int fd;

	if (!place)
		place = spare_place(server, now);
	if (!place)
		return;
	fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd < 0)
		return;
	if (!connect_onward(server, &onward)) {
		close(fd);
		return;
	}
	if (!client_is_free(place))
		client_close(place);
	client_open(place, fd, onward, now);
}

static void close_late(struct server *server, uint64_t now)
{
	unsigned int i;

	for (i = 0; i < server->settings.max_clients; i++) {
		if (client_is_late(&server->clients[i], now,
				   server->settings.idle_ms))
			client_close(&server->clients[i]);
	}
}

/* Calls that strangers have coming: as many a second as SERVER_STRANGER_CALLS.
 */
static void refill_tokens(struct server *server, uint64_t now)
{
	uint64_t more = (now - server->refilled) * SERVER_STRANGER_CALLS / 1000;

	if (!more)
		return;
	server->tokens += more;
	if (server->tokens > SERVER_STRANGER_CALLS)
		server->tokens = SERVER_STRANGER_CALLS;
	server->refilled = now;
}

/* Whose message could be answered now. */
static bool may_be_served(const struct server *server,
			  const struct client *client)
{
	return client_waits(client) &&
	       (!client_is_stranger(client) || server->tokens);
}

/* In turns. */
static struct client *next_client(struct server *server)
{
	unsigned int count = server->settings.max_clients;
	unsigned int i;

	for (i = 0; i < count; i++) {
		struct client *client =
			&server->clients[(server->next + i) % count];

		if (may_be_served(server, client))
			return client;
	}
	return NULL;
}

/* How long there is nothing to do but what poll() tells. */
static long longest_wait_ns(struct server *server, bool room)
{
	unsigned int i;

	refill_tokens(server, now_ms());
	if (next_client(server))
		return 0;
	for (i = 0; i < server->settings.max_clients; i++) {
		if (client_waits(&server->clients[i]))
			return 1000000000L / SERVER_STRANGER_CALLS;
	}
	return (room ? SERVER_TICK_MS : SERVER_STRANGER_MS) * 1000000L;
}

/* The first places are the listeners'. */
static int wait_for_events(struct server *server, struct pollfd *pollfds)
{
	const struct server_settings *settings = &server->settings;
	bool room = free_place(server) || spare_place(server, now_ms());
	struct timespec time = {0};
	unsigned int i;

	for (i = 0; i < SERVER_LISTENERS; i++)
		pollfds[i] = (struct pollfd){
			.fd = room ? settings->listeners[i] : -1,
			.events = POLLIN,
		};
	for (i = 0; i < settings->max_clients; i++)
		client_poll(&server->clients[i],
			    pollfds + SERVER_LISTENERS + i * CLIENT_POLLFDS);
	time.tv_nsec = longest_wait_ns(server, room);
	return ppoll(pollfds,
		     SERVER_LISTENERS + settings->max_clients * CLIENT_POLLFDS,
		     &time, settings->waiting_mask);
}

/* Newcomers last: a place that they get had an event for another. */
static void handle_events(struct server *server, const struct pollfd *pollfds)
{
	uint64_t now = now_ms();
	unsigned int i;

	for (i = 0; i < server->settings.max_clients; i++) {
		if (!client_is_free(&server->clients[i]))
			client_handle(&server->clients[i],
				      pollfds + SERVER_LISTENERS +
					      i * CLIENT_POLLFDS,
				      now);
	}
	close_late(server, now);
	for (i = 0; i < SERVER_LISTENERS; i++) {
		if (pollfds[i].revents)
			accept_client(server, server->settings.listeners[i],
				      now);
	}
}

static void tick(struct server *server)
{
	uint64_t now = now_ms();

	if (!server->settings.tick || now - server->last_tick < SERVER_TICK_MS)
		return;
	server->last_tick = now;
	server->settings.tick(server->settings.context);
}

static void serve(struct server *server, struct client *client)
{
	const struct server_settings *settings = &server->settings;
	struct fathom_error *error;
	size_t size = 0;

	error = settings->exchange(
		settings->context, client->message.bytes + RELAY_LENGTH_SIZE,
		client->message.length, client->reply.bytes + RELAY_LENGTH_SIZE,
		settings->max_reply, &size);
	if (!error) {
		client_reply(client, size, now_ms());
		return;
	}
	complain(server, error);
	client_close(client);
}

/* One message, then look at the sockets again: so the turns are fair. */
static void serve_next(struct server *server)
{
	struct client *client = next_client(server);

	if (!client)
		return;
	server->next = (unsigned int)(client - server->clients + 1) %
		       server->settings.max_clients;
	if (client_is_stranger(client))
		server->tokens--;
	serve(server, client);
}

struct fathom_error *server_run(struct server *server)
{
	struct pollfd
		pollfds[SERVER_LISTENERS + SERVER_MAX_CLIENTS * CLIENT_POLLFDS];

	while (!*server->settings.stop) {
		int events = wait_for_events(server, pollfds);

		if (events < 0 && errno != EINTR)
			return fathom_error_os(errno,
					       "cannot wait for clients");
		if (events >= 0) {
			handle_events(server, pollfds);
			serve_next(server);
			tick(server);
		}
	}
	return NULL;
}

void server_destroy(struct server *server)
{
	unsigned int i;

	for (i = 0; i < server->settings.max_clients; i++) {
		if (!client_is_free(&server->clients[i]))
			client_close(&server->clients[i]);
	}
	free(server->memory);
	free(server);
}
