/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A server's work at shared memory: see ring_server.h. */
#include "ring_server.h"

#include <err.h>
#include <stdbool.h>
#include <stdlib.h>

#include "ring_bell.h"
#include "ring_client.h"
#include "server.h"

/* Between two complaints, so that nobody can fill the log. */
#define COMPLAINT_MS 1000u

struct ring_server {
	struct ring_server_settings settings;
	struct ring_client clients[RING_MAX_SLOTS];
	unsigned int next;    /* whose turn it is */
	uint32_t seen_wanted; /* the header's, when last acted upon */
	bool complained;
	uint64_t last_complaint; /* ms */
	uint64_t last_tick;	 /* ms */
	uint8_t *memory;	 /* of all messages and replies */
};

static uint64_t now_ms(void)
{
	return ring_now_ns() / 1000000;
}

struct fathom_error *
ring_server_create(const struct ring_server_settings *settings,
		   struct ring_server **ret)
{
	size_t message = RELAY_LENGTH_SIZE + (size_t)settings->max_message;
	size_t reply = RELAY_LENGTH_SIZE + (size_t)settings->max_reply;
	struct ring_server *server = calloc(1, sizeof(*server));
	uint32_t i;

	if (server)
		server->memory = calloc(settings->area.slots, message + reply);
	if (!server || !server->memory) {
		free(server);
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "out of memory");
	}
	server->settings = *settings;
	for (i = 0; i < settings->area.slots; i++) {
		struct ring_client *client = &server->clients[i];

		client->slot = ring_area_slot(&settings->area, i);
		client->max_message = settings->max_message;
		client->message = server->memory + i * (message + reply);
		client->reply = client->message + message;
	}
	*ret = server;
	return NULL;
}

static void complain(struct ring_server *server,
		     const struct fathom_error *error)
{
	uint64_t now = now_ms();

	if (server->complained && now - server->last_complaint < COMPLAINT_MS)
		return;
	server->complained = true;
	server->last_complaint = now;
	warnx("%s", error->message);
}

static void set_state(const struct ring_server *server, enum ring_state state)
{
	atomic_store(&server->settings.area.header->state, state);
}

static void serve(struct ring_server *server, struct ring_client *client)
{
	const struct ring_server_settings *settings = &server->settings;
	struct fathom_error *error;
	size_t size = 0;

	set_state(server, RING_CALLING);
	error = settings->exchange(
		settings->context, client->message + RELAY_LENGTH_SIZE,
		client->length, client->reply + RELAY_LENGTH_SIZE,
		settings->max_reply, &size);
	set_state(server, RING_SERVING);
	if (!error) {
		ring_client_reply(client, size, now_ms());
		return;
	}
	complain(server, error);
	fathom_error_destroy(error);
	ring_client_close(client);
}

/* It may take its time, as a call may. */
static void tick(struct ring_server *server)
{
	uint64_t now = now_ms();

	if (!server->settings.tick || now - server->last_tick < SERVER_TICK_MS)
		return;
	server->last_tick = now;
	set_state(server, RING_CALLING);
	server->settings.tick(server->settings.context);
	set_state(server, RING_SERVING);
}

/* One message, then look at all slots again: so the turns are fair. */
static bool serve_next(struct ring_server *server)
{
	unsigned int count = server->settings.area.slots;
	unsigned int i;

	for (i = 0; i < count; i++) {
		unsigned int which = (server->next + i) % count;

		if (server->clients[which].state != RING_CLIENT_WAITING)
			continue;
		server->next = (which + 1) % count;
		serve(server, &server->clients[which]);
		return true;
	}
	return false;
}

/* Who can be spared: the one idle longest, if that is long enough. */
static void spare_client(struct ring_server *server, uint64_t now)
{
	struct ring_client *oldest = NULL;
	uint32_t i;

	for (i = 0; i < server->settings.area.slots; i++) {
		struct ring_client *client = &server->clients[i];

		/* There is, or will be, room. */
		if (client->state == RING_CLIENT_NONE ||
		    client->state == RING_CLIENT_LEAVING)
			return;
		if (ring_client_is_idle(client) &&
		    (!oldest || client->since < oldest->since))
			oldest = client;
	}
	if (oldest && now - oldest->since >= SERVER_SPARE_MS)
		ring_client_let_go(oldest, now);
}

static bool look_at_all(struct ring_server *server)
{
	const struct ring_server_settings *settings = &server->settings;
	uint32_t wanted = atomic_load(&settings->area.header->wanted);
	uint64_t now = now_ms();
	bool any = false;
	uint32_t i;

	for (i = 0; i < settings->area.slots; i++) {
		struct ring_client *client = &server->clients[i];

		any = ring_client_look(client, &settings->area, now) || any;
		if (ring_client_is_late(client, now, settings->idle_ms))
			ring_client_let_go(client, now);
	}
	if (wanted != server->seen_wanted) {
		server->seen_wanted = wanted;
		spare_client(server, now);
	}
	return any;
}

void ring_server_run(struct ring_server *server)
{
	struct ring_header *header = server->settings.area.header;
	struct ring_wait wait = {0};
	uint32_t i;

	while (!__atomic_load_n(server->settings.stop, __ATOMIC_RELAXED)) {
		uint32_t count = ring_bell_count(&header->bell);
		bool any = look_at_all(server);

		atomic_fetch_add(&header->beat, 1);
		any = serve_next(server) || any;
		tick(server);
		if (any)
			ring_wait_over(&wait);
		else
			ring_bell_wait(&header->bell, count, &wait);
	}
	set_state(server, RING_ENDED);
	for (i = 0; i < server->settings.area.slots; i++)
		ring_bell_ring(&server->clients[i].slot->bell);
}

void ring_server_destroy(struct ring_server *server)
{
	free(server->memory);
	free(server);
}
