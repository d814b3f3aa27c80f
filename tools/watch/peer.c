/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Connections: see peer.h. */
#include "peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/err.h>

#define TOKEN 1000u /* one message */

struct watch_peer *watch_peer_create(int fd, const char *address, uint64_t now)
{
	struct watch_peer *peer = calloc(1, sizeof(*peer));

	if (!peer) {
		close(fd);
		return NULL;
	}
	peer->fd = fd;
	peer->since = now;
	peer->filled = now;
	peer->tokens = WATCH_PEER_BURST * TOKEN;
	snprintf(peer->address, sizeof(peer->address), "%s", address);
	return peer;
}

void watch_peer_hang_up(struct watch_peer *peer)
{
	SSL_free(peer->ssl);
	close(peer->fd);
	free(peer->input);
	free(peer->output);
	peer->ssl = NULL;
	peer->fd = -1;
	peer->input = NULL;
	peer->output = NULL;
}

/* Whether a call of OpenSSL's that returned @status may go on later. */
static bool may_go_on(struct watch_peer *peer, int status)
{
	switch (SSL_get_error(peer->ssl, status)) {
	case SSL_ERROR_WANT_WRITE:
		peer->wants_write = true;
		return true;
	case SSL_ERROR_WANT_READ:
		return true;
	default:
		ERR_clear_error();
		return false;
	}
}

bool watch_peer_shake(struct watch_peer *peer, SSL_CTX *tls)
{
	int status;

	/* Only now: who says nothing costs nothing. */
	if (!peer->ssl) {
		peer->ssl = SSL_new(tls);
		if (!peer->ssl || !SSL_set_fd(peer->ssl, peer->fd) ||
		    !SSL_set_app_data(peer->ssl, peer))
			return false;
		peer->state = WATCH_PEER_SHAKING;
	}
	peer->wants_write = false;
	ERR_clear_error();
	status = SSL_accept(peer->ssl);
	if (status != 1)
		return may_go_on(peer, status);
	peer->input = malloc(REPORT_MAX_LINE);
	peer->state = WATCH_PEER_NAMED;
	return peer->input;
}

void watch_peer_receive(struct watch_peer *peer)
{
	int got;

	/* Several messages at once are written down at once. */
	while (!peer->ended && peer->received < REPORT_MAX_LINE) {
		ERR_clear_error();
		got = SSL_read(peer->ssl, peer->input + peer->received,
			       (int)(REPORT_MAX_LINE - peer->received));
		if (got <= 0) {
			peer->ended = !may_go_on(peer, got);
			return;
		}
		peer->received += (size_t)got;
	}
}

static void fill_tokens(struct watch_peer *peer, uint64_t now)
{
	peer->tokens += (now - peer->filled) * WATCH_PEER_RATE;
	peer->filled = now;
	if (peer->tokens > WATCH_PEER_BURST * TOKEN)
		peer->tokens = WATCH_PEER_BURST * TOKEN;
}

int watch_peer_line(struct watch_peer *peer, char *line, size_t *size,
		    uint64_t now)
{
	const char *end = memchr(peer->input, '\n', peer->received);

	if (!end)
		return peer->received == REPORT_MAX_LINE ? -1 : 0;
	fill_tokens(peer, now);
	if (peer->tokens < TOKEN)
		return 0;
	peer->tokens -= TOKEN;
	*size = (size_t)(end - peer->input);
	memcpy(line, peer->input, *size);
	peer->received -= *size + 1;
	memmove(peer->input, end + 1, peer->received);
	return 1;
}

bool watch_peer_is_stranger(const struct watch_peer *peer)
{
	return peer->state != WATCH_PEER_TALKING;
}

bool watch_peer_is_held(const struct watch_peer *peer)
{
	return peer->received && peer->tokens < TOKEN &&
	       memchr(peer->input, '\n', peer->received);
}

bool watch_peer_is_over(const struct watch_peer *peer)
{
	return peer->ended || peer->deaf;
}

bool watch_peer_has_input(const struct watch_peer *peer)
{
	return peer->input && (SSL_pending(peer->ssl) ||
			       memchr(peer->input, '\n', peer->received));
}

bool watch_peer_send(struct watch_peer *peer,
		     const struct report_message *message)
{
	size_t size = 0;
	char *line, *more = NULL;

	if (peer->deaf)
		return true;
	line = report_message_encode(message, &size);
	if (line && peer->output_size + size <= WATCH_PEER_MAX_OUTPUT)
		more = realloc(peer->output, peer->output_size + size);
	if (more) {
		memcpy(more + peer->output_size, line, size);
		peer->output = more;
		peer->output_size += size;
	}
	free(line);
	return more;
}

static void drop_output(struct watch_peer *peer)
{
	free(peer->output);
	peer->output = NULL;
	peer->output_size = 0;
}

void watch_peer_flush(struct watch_peer *peer)
{
	int done;

	peer->wants_write = false;
	ERR_clear_error();
	while (peer->output_size) {
		done = SSL_write(peer->ssl, peer->output,
				 (int)peer->output_size);
		if (done <= 0 && may_go_on(peer, done))
			return;
		/* Its last words may still be there to be read. */
		peer->deaf = done <= 0;
		if (peer->deaf)
			break;
		peer->output_size -= (size_t)done;
		memmove(peer->output, peer->output + done, peer->output_size);
	}
	drop_output(peer);
}
