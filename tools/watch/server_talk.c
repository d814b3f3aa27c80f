/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* See server_talk.h. */
#include "server_talk.h"

#include <string.h>
#include <sys/epoll.h>

#include "event.h"
#include "platform.h"
#include "report_tls.h"
#include "server_commit.h"
#include "server_peers.h"
#include "server_tell.h"

/* Lines of one peer between two looks at the others. */
#define LINES 64

/* The one connection that an IDS has; the last one to come is it. */
static void displace_others(struct watch_server *server,
			    const struct watch_peer *newest)
{
	struct watch_peer *peer = server->peers;

	while (peer) {
		struct watch_peer *next = peer->next;

		if (peer != newest && peer->ids == newest->ids &&
		    !watch_peer_is_stranger(peer)) {
			peer->ids->presence = WATCH_GONE;
			watch_server_close_peer(server, peer);
			return;
		}
		peer = next;
	}
}

/* What becomes of a message, and of who has sent it. */
enum verdict {
	TAKEN,
	GIVEN_UP, /* the connection; it need not be the fault of the IDS */
	NONSENSE, /* this is not how an IDS talks */
};

static enum verdict take_hello(struct watch_server *server,
			       struct watch_peer *peer)
{
	struct report_message *message = &server->message;
	struct watch_ids *ids = peer->ids;

	/* It may ask for what it has sent on another connection. */
	watch_server_commit(server);
	displace_others(server, peer);
	server->strangers--;
	peer->state = WATCH_PEER_TALKING;
	watch_ids_hello(ids, &message->origin, message->interval_ms,
			server->now);
	memset(message, 0, sizeof(*message));
	message->type = REPORT_WELCOME;
	message->number = ids->acknowledged;
	message->interval_ms = ids->interval_ms;
	return watch_peer_send(peer, message) ? TAKEN : GIVEN_UP;
}

static enum verdict take_beat(struct watch_server *server,
			      struct watch_peer *peer)
{
	uint8_t proof[REPORT_CHALLENGE_SIZE];
	struct watch_ids *ids = peer->ids;

	if (!report_tls_proof(peer->ssl, ids->number, ids->challenge, proof))
		return GIVEN_UP;
	/* Of a wrong one it has been told then. */
	return watch_ids_beat(ids, &server->message, proof, server->now)
		       ? TAKEN
		       : GIVEN_UP;
}

static enum verdict take_finding(struct watch_server *server,
				 struct watch_peer *peer)
{
	const struct report_message *message = &server->message;
	struct watch_ids *ids = peer->ids;

	switch (watch_ids_finding(ids, message->number)) {
	case WATCH_NEXT:
		peer->wrote = true;
		if (watch_server_write_finding(
			    server, watch_event_finding(ids, message->number,
							&message->finding))) {
			ids->findings++;
			if (message->finding.kind == REPORT_INCIDENT)
				watch_ids_incident(ids, &message->finding,
						   server->now);
			return TAKEN;
		}
		/* It sends it again when it has connected anew. */
		ids->received--;
		return GIVEN_UP;
	case WATCH_AGAIN:
		/* It has not heard that. */
		peer->wrote = true;
		server->dirty = true;
		return TAKEN;
	default:
		return NONSENSE;
	}
}

static enum verdict take_goodbye(struct watch_server *server,
				 struct watch_peer *peer)
{
	struct report_message *message = &server->message;

	watch_ids_goodbye(peer->ids, message->status, server->now);
	memset(message, 0, sizeof(*message));
	message->type = REPORT_FAREWELL;
	peer->closing = true;
	return watch_peer_send(peer, message) ? TAKEN : GIVEN_UP;
}

static enum verdict take_message(struct watch_server *server,
				 struct watch_peer *peer)
{
	if (peer->state == WATCH_PEER_NAMED)
		return server->message.type == REPORT_HELLO
			       ? take_hello(server, peer)
			       : NONSENSE;
	switch (server->message.type) {
	case REPORT_BEAT:
		return take_beat(server, peer);
	case REPORT_FINDING_MESSAGE:
		return take_finding(server, peer);
	case REPORT_GOODBYE:
		return take_goodbye(server, peer);
	default:
		return NONSENSE;
	}
}

/* False if the connection is to be closed. */
static bool take_line(struct watch_server *server, struct watch_peer *peer,
		      size_t size)
{
	struct fathom_error *error =
		report_message_decode(server->line, size, &server->message);
	enum verdict verdict;

	if (error) {
		watch_ids_nonsense(peer->ids, error->message, server->now);
		fathom_error_destroy(error);
		return false;
	}
	verdict = take_message(server, peer);
	if (verdict == NONSENSE)
		watch_ids_nonsense(peer->ids, "a message out of order",
				   server->now);
	return verdict == TAKEN;
}

static bool take_lines(struct watch_server *server, struct watch_peer *peer)
{
	size_t size;
	int found = 0;
	int i;

	for (i = 0; i < LINES && !peer->closing; i++) {
		found = watch_peer_line(peer, server->line, &size, server->now);
		if (found < 0)
			watch_ids_nonsense(peer->ids, "a line that is too long",
					   server->now);
		if (found <= 0)
			break;
		if (!take_line(server, peer, size))
			return false;
	}
	return found >= 0;
}

static bool work(struct watch_server *server, struct watch_peer *peer)
{
	if (peer->state <= WATCH_PEER_SHAKING &&
	    !watch_peer_shake(peer, server->tls))
		return false;
	if (peer->state <= WATCH_PEER_SHAKING)
		return true;
	watch_peer_receive(peer);
	if (!take_lines(server, peer))
		return false;
	watch_peer_flush(peer);
	return !peer->ended || (!peer->closing && watch_peer_has_input(peer));
}

void watch_server_serve(struct watch_server *server, struct watch_peer *peer)
{
	if (peer->fd < 0)
		return;
	if (!work(server, peer) || (peer->closing && !peer->output_size))
		watch_server_close_peer(server, peer);
	else
		watch_server_poll_peer(server, peer, EPOLL_CTL_MOD);
}

bool watch_server_challenge(struct watch_server *server,
			    struct watch_peer *peer)
{
	struct report_message *message = &server->message;
	struct watch_ids *ids = peer->ids;

	memset(message, 0, sizeof(*message));
	message->type = REPORT_CHALLENGE;
	if (!fathom_platform_random(message->challenge,
				    sizeof(message->challenge)))
		return false;
	watch_ids_challenged(ids, message->challenge, server->now);
	message->number = ids->number;
	if (!watch_peer_send(peer, message))
		return false;
	watch_peer_flush(peer);
	return true;
}
