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

/* How late a time limit may be noticed. */

/* Between two complaints, so that nobody can fill the log. */
#define COMPLAINT_MS 1000u

struct server {
	struct server_settings settings;
	struct client clients[SERVER_MAX_CLIENTS];
	unsigned int next; /* whose turn it is */
	bool complained;
	uint64_t last_complaint; /* ms */
	uint64_t last_tick;	 /* ms */
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

static bool may_go(const struct client *client, bool known)
{
	return known ? client->known && client_is_idle(client)
		     : client_is_stranger(client);
}

/* Of those the agent has answered, or has not: the one idle longest. */
static struct client *oldest_idle(struct server *server, bool known,
				  uint64_t now, uint64_t at_least_ms)
{
	struct client *oldest = NULL;
	unsigned int i;

	for (i = 0; i < server->settings.max_clients; i++) {
		struct client *client = &server->clients[i];

		if (may_go(client, known) &&
		    (!oldest ||
		     client_waits_since(client) < client_waits_since(oldest)))
			oldest = client;
	}
	return oldest && now - client_waits_since(oldest) >= at_least_ms
		       ? oldest
		       : NULL;
}

/* Who can be spared, if anybody. */
static struct client *spare_place(struct server *server, uint64_t now)
{
	struct client *stranger =
		oldest_idle(server, false, now, SERVER_STRANGER_MS);

	return stranger ? stranger
			: oldest_idle(server, true, now, SERVER_SPARE_MS);
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

static void take_client(struct server *server, struct client *place, int fd,
			uint64_t now)
{
	struct fathom_error *error = NULL;
	int onward = -1;

	if (!server->settings.exchange)
		error = server->settings.connect(server->settings.context,
						 &onward);
	if (error) {
		complain(server, error);
		close(fd);
		return;
	}
	client_open(place, fd, onward, now);
}

/* One at a time: whoever else waits does so in the socket's queue. */
static void accept_client(struct server *server, int listener, uint64_t now)
{
	struct client *place = free_place(server);
	int fd;

	if (!place)
		place = spare_place(server, now);
	if (!place)
		return;
	fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd < 0)
		return;
	if (!client_is_free(place))
		client_close(place);
	take_client(server, place, fd, now);
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

/* False if somebody's message waits: there is work. */
static bool nobody_waits(const struct server *server)
{
	unsigned int i;

	for (i = 0; i < server->settings.max_clients; i++) {
		if (client_waits(&server->clients[i]))
			return false;
	}
	return true;
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
	if (nobody_waits(server))
		time.tv_nsec =
			(room ? SERVER_TICK_MS : SERVER_STRANGER_MS) * 1000000L;
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
	unsigned int count = server->settings.max_clients;
	unsigned int i;

	for (i = 0; i < count; i++) {
		unsigned int which = (server->next + i) % count;

		if (!client_waits(&server->clients[which]))
			continue;
		server->next = (which + 1) % count;
		serve(server, &server->clients[which]);
		return;
	}
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
