/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * What a peer of the watcher says inside TLS, in pieces of any size and at any
 * time: the input tells how large the next piece is, and what is in it. Lines
 * come out as they were said, in their order and not faster than they may, and
 * a peer is given up for a line that is too long and for nothing else. TLS is
 * played here: what OpenSSL decrypts is what the input says.
 */
#include <unistd.h>

#include "fuzz.h"
#include "peer.h"
#include "report_message.h"

/* Pieces are made long by saying the same again: lines may be of 16 KiB. */
#define REPEAT 64u

static char said[1 << 20];
static size_t said_size;
static size_t decrypted;
static size_t understood;

int SSL_read(SSL *ssl, void *buf, int num)
{
	size_t part = said_size - decrypted;

	(void)ssl;
	DEMAND(num > 0);
	if (!part)
		return -1;
	if (part > (size_t)num)
		part = (size_t)num;
	memcpy(buf, said + decrypted, part);
	decrypted += part;
	return (int)part;
}

int SSL_get_error(const SSL *s, int ret_code)
{
	(void)s;
	(void)ret_code;
	return SSL_ERROR_WANT_READ;
}

int SSL_pending(const SSL *ssl)
{
	(void)ssl;
	return 0;
}

/* Not before the peer is let go: nothing is said to it here. */
int SSL_accept(SSL *ssl)
{
	(void)ssl;
	abort();
}

int SSL_write(SSL *ssl, const void *buf, int num)
{
	(void)ssl;
	(void)buf;
	(void)num;
	abort();
}

SSL *SSL_new(SSL_CTX *ctx)
{
	(void)ctx;
	abort();
}

int SSL_set_fd(SSL *ssl, int fd)
{
	(void)ssl;
	(void)fd;
	abort();
}

int SSL_set_ex_data(SSL *ssl, int idx, void *data)
{
	(void)ssl;
	(void)idx;
	(void)data;
	abort();
}

void SSL_free(SSL *ssl)
{
	(void)ssl;
}

void ERR_clear_error(void)
{
}

/* The line that is said next, if it has an end. */
static const char *next_line(size_t *size)
{
	const char *line = said + understood;
	const char *end = memchr(line, '\n', said_size - understood);

	*size = end ? (size_t)(end - line) : said_size - understood;
	return end ? line : NULL;
}

/* @return false when the peer is given up. */
static bool take_lines(struct watch_peer *peer, uint64_t now,
		       unsigned int *left)
{
	static char line[REPORT_MAX_LINE];
	size_t expected_size;
	const char *expected;
	size_t size;
	int found;

	while ((found = watch_peer_line(peer, line, &size, now)) > 0) {
		expected = next_line(&expected_size);
		DEMAND(expected && size == expected_size);
		DEMAND(!memcmp(line, expected, size));
		DEMAND((*left)--);
		understood += size + 1;
	}
	next_line(&expected_size);
	if (found < 0)
		DEMAND(expected_size >= REPORT_MAX_LINE);
	return !found;
}

static void say(struct fuzz_input *input)
{
	char piece[256];
	uint8_t length;
	uint8_t times;
	unsigned int i;

	fuzz_take(input, &length, sizeof(length));
	fuzz_take(input, &times, sizeof(times));
	fuzz_take(input, piece, length);
	for (i = 0; i <= times % REPEAT; i++) {
		if (length > sizeof(said) - said_size)
			return;
		memcpy(said + said_size, piece, length);
		said_size += length;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};
	struct watch_peer *peer = watch_peer_create(-1, "fuzzer", 0);
	/* All at once, and what the time that has passed allows. */
	unsigned int left = WATCH_PEER_BURST;
	uint64_t now = 0;
	bool open = true;

	DEMAND(peer);
	peer->input = malloc(REPORT_MAX_LINE);
	peer->state = WATCH_PEER_NAMED;
	DEMAND(peer->input);
	said_size = 0;
	decrypted = 0;
	understood = 0;
	while (open && input.size) {
		uint8_t pause;

		say(&input);
		fuzz_take(&input, &pause, sizeof(pause));
		now += pause;
		left += pause * WATCH_PEER_RATE / 1000 + 1;
		watch_peer_receive(peer);
		DEMAND(!peer->ended);
		open = take_lines(peer, now, &left);
		DEMAND(!open || watch_peer_is_held(peer) ||
		       !memchr(peer->input, '\n', peer->received));
	}
	watch_peer_hang_up(peer);
	free(peer);
	return 0;
}
