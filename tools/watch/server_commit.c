/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* See server_commit.h. */
#include "server_commit.h"

#include <err.h>
#include <stdio.h>

#include "server_peers.h"
#include "server_tell.h"

static bool acknowledge(struct watch_peer *peer)
{
	struct report_message message = {
		.type = REPORT_ACKNOWLEDGE,
		.number = peer->ids->acknowledged,
	};

	peer->wrote = false;
	if (!watch_peer_send(peer, &message))
		return false;
	watch_peer_flush(peer);
	return true;
}

static void settle(const struct watch_authorized *all, bool written)
{
	size_t i;

	for (i = 0; i < all->count; i++)
		watch_ids_committed(&all->ids[i], written);
}

static void tell_of_lost(struct watch_server *server)
{
	uint64_t lost = watch_outputs_take_lost(server->settings->outputs);
	char text[128];

	if (!lost)
		return;
	snprintf(
		text, sizeof(text),
		"while the log could not be written, %llu events were too many to be kept",
		(unsigned long long)lost);
	watch_server_tell_of_watcher(server, "notices-dropped", true, text);
}

void watch_server_commit(struct watch_server *server)
{
	struct watch_peer *peer = server->peers;
	struct fathom_error *error;

	if (!server->dirty)
		return;
	server->dirty = false;
	error = watch_outputs_commit(server->settings->outputs);
	settle(server->settings->authorized, !error);
	while (peer) {
		struct watch_peer *next = peer->next;

		if (peer->wrote && (error || !acknowledge(peer)))
			watch_server_close_peer(server, peer);
		peer = next;
	}
	if (error && !server->failing)
		warnx("%s", error->message);
	server->failing = error;
	server->tried = server->now;
	fathom_error_destroy(error);
	if (!error)
		tell_of_lost(server);
}
