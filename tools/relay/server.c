/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The relay's work: see server.h. */
#include "server.h"

#include <err.h>
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include "client.h"

/* How late a time limit may be noticed. */
#define TICK_MS 500

/* Between two complaints, so that nobody can fill the log. */
#define COMPLAINT_MS 1000u

struct server {
	struct server_settings settings;
	struct client clients[SERVER_MAX_CLIENTS];
	unsigned int next; /* whose turn it is */
	bool complained;
	uint64_t last_complaint; /* ms */
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
	unsigned int i;

	if (server)
		server->memory = calloc(settings->max_clients, message + reply);
	if (!server || !server->memory) {
		free(server);
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "out of memory");
	}
	server->settings = *settings;
	for (i = 0; i < settings->max_clients; i++) {
		struct client *client = &server->clients[i];

		client->fd = -1;
		client->max_message = settings->max_message;
		client->message = server->memory + i * (message + reply);
		client->reply = client->message + message;
	}
	*ret = server;
	return NULL;
}

static void complain(struct server *server, const struct fathom_error *error)
{
	uint64_t now = now_ms();

	if (server->complained && now - server->last_complaint < COMPLAINT_MS)
		return;
	server->complained = true;
	server->last_complaint = now;
	warnx("%s", error->message);
}

static struct client *free_place(struct server *server)
{
	unsigned int i;

	for (i = 0; i < server->settings.max_clients; i++) {
		if (server->clients[i].state == CLIENT_FREE)
			return &server->clients[i];
	}
	return NULL;
}

/* Who can be spared: the one idle longest, if that is long enough. */
static struct client *spare_place(struct server *server, uint64_t now)
{
	struct client *oldest = NULL;
	unsigned int i;

	for (i = 0; i < server->settings.max_clients; i++) {
		struct client *client = &server->clients[i];

		if (client_is_idle(client) &&
		    (!oldest || client->since < oldest->since))
			oldest = client;
	}
	return oldest && now - oldest->since >= SERVER_SPARE_MS ? oldest : NULL;
}

/* One at a time: whoever else waits does so in the socket's queue. */
static void accept_client(struct server *server, int listener, uint64_t now)
{
	struct client *place = free_place(server);
	int fd;

	if (!place) {
		place = spare_place(server, now);
		if (!place)
			return;
		client_close(place);
	}
	fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd >= 0)
		client_open(place, fd, now);
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

/* A client that waits for its turn is not listened to: it has to wait, too. */
static struct pollfd what_to_poll(const struct client *client)
{
	struct pollfd pollfd = {.fd = -1};

	if (client->state == CLIENT_RECEIVING)
		pollfd = (struct pollfd){.fd = client->fd, .events = POLLIN};
	else if (client->state == CLIENT_SENDING)
		pollfd = (struct pollfd){.fd = client->fd, .events = POLLOUT};
	return pollfd;
}

/* False if somebody's message waits: there is work. */
static bool nobody_waits(const struct server *server)
{
	unsigned int i;

	for (i = 0; i < server->settings.max_clients; i++) {
		if (server->clients[i].state == CLIENT_WAITING)
			return false;
	}
	return true;
}

/* The first places are the listeners'. */
static int
wait_for_events(struct server *server,
		struct pollfd pollfds[SERVER_LISTENERS + SERVER_MAX_CLIENTS])
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
		pollfds[SERVER_LISTENERS + i] =
			what_to_poll(&server->clients[i]);
	if (nobody_waits(server))
		time.tv_nsec = TICK_MS * 1000000L;
	return ppoll(pollfds, SERVER_LISTENERS + settings->max_clients, &time,
		     settings->waiting_mask);
}

/* Newcomers last: a place that they get had an event for another. */
static void handle_events(struct server *server, const struct pollfd *pollfds)
{
	uint64_t now = now_ms();
	unsigned int i;

	for (i = 0; i < server->settings.max_clients; i++) {
		struct client *client = &server->clients[i];

		if (!pollfds[SERVER_LISTENERS + i].revents)
			continue;
		if (client->state == CLIENT_RECEIVING)
			client_receive(client, now);
		else
			client_send(client, now);
	}
	close_late(server, now);
	for (i = 0; i < SERVER_LISTENERS; i++) {
		if (pollfds[i].revents)
			accept_client(server, server->settings.listeners[i],
				      now);
	}
}

static void serve(struct server *server, struct client *client)
{
	const struct server_settings *settings = &server->settings;
	struct fathom_error *error;
	size_t size = 0;

	error = settings->exchange(
		settings->context, client->message + RELAY_LENGTH_SIZE,
		client->length, client->reply + RELAY_LENGTH_SIZE,
		settings->max_reply, &size);
	if (!error) {
		client_reply(client, size, now_ms());
		return;
	}
	complain(server, error);
	fathom_error_destroy(error);
	client_close(client);
}

/* One message, then look at the sockets again: so the turns are fair. */
static void serve_next(struct server *server)
{
	unsigned int count = server->settings.max_clients;
	unsigned int i;

	for (i = 0; i < count; i++) {
		unsigned int which = (server->next + i) % count;

		if (server->clients[which].state != CLIENT_WAITING)
			continue;
		server->next = (which + 1) % count;
		serve(server, &server->clients[which]);
		return;
	}
}

struct fathom_error *server_run(struct server *server)
{
	struct pollfd pollfds[SERVER_LISTENERS + SERVER_MAX_CLIENTS];

	while (!*server->settings.stop) {
		int events = wait_for_events(server, pollfds);

		if (events < 0 && errno != EINTR)
			return fathom_error_os(errno,
					       "cannot wait for clients");
		if (events >= 0) {
			handle_events(server, pollfds);
			serve_next(server);
		}
	}
	return NULL;
}

void server_destroy(struct server *server)
{
	unsigned int i;

	for (i = 0; i < server->settings.max_clients; i++) {
		if (server->clients[i].state != CLIENT_FREE)
			client_close(&server->clients[i]);
	}
	free(server->memory);
	free(server);
}
