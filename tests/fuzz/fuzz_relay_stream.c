/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * What relays and agents take from a socket, in pieces of any size: the input
 * tells how large the next piece is, then what is in it. Messages come out as
 * they were said, none that is longer than it may be, and nothing is written
 * beyond the room for the longest.
 */
#include <endian.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client.h"
#include "fuzz.h"

#define MAX_MESSAGE 300u

/* All that was said so far, to be understood a second time. */
static uint8_t said[1 << 16];
static size_t said_size;
static size_t understood;

/* What is to come out next: its bytes, or that the connection is given up. */
static bool next_is(const struct stream *stream)
{
	uint32_t length;

	DEMAND(said_size - understood >= sizeof(length));
	memcpy(&length, said + understood, sizeof(length));
	length = le32toh(length);
	DEMAND(length && length <= MAX_MESSAGE);
	DEMAND(said_size - understood - sizeof(length) >= length);
	DEMAND(stream->length == length);
	DEMAND(!memcmp(stream->bytes, said + understood,
		       sizeof(length) + length));
	understood += sizeof(length) + length;
	return true;
}

/* Whether a length that is none is the reason to give up. */
static bool may_give_up(void)
{
	uint32_t length;

	if (said_size - understood < sizeof(length))
		return false;
	memcpy(&length, said + understood, sizeof(length));
	length = le32toh(length);
	return !length || length > MAX_MESSAGE;
}

/* @return false when the connection was given up. */
static bool take_all(struct stream *stream, int fd)
{
	size_t before;

	do {
		before = understood;
		if (!stream_receive(stream, fd, 1)) {
			DEMAND(may_give_up());
			return false;
		}
		if (stream->state == STREAM_HELD) {
			next_is(stream);
			stream_begin(stream, 2);
		}
	} while (understood != before);
	/* What is left is the beginning of one, and no more. */
	DEMAND(stream->done == said_size - understood);
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};
	struct stream stream = {.max = MAX_MESSAGE};
	bool open = true;
	int fds[2];

	DEMAND(!socketpair(AF_UNIX, SOCK_STREAM, 0, fds));
	stream.bytes = malloc(RELAY_LENGTH_SIZE + MAX_MESSAGE);
	DEMAND(stream.bytes);
	stream_begin(&stream, 0);
	said_size = 0;
	understood = 0;
	while (open && input.size) {
		uint8_t piece[256];
		uint8_t length;

		fuzz_take(&input, &length, sizeof(length));
		fuzz_take(&input, piece, length);
		DEMAND(said_size + length <= sizeof(said));
		memcpy(said + said_size, piece, length);
		said_size += length;
		DEMAND(write(fds[1], piece, length) == length);
		open = take_all(&stream, fds[0]);
	}
	free(stream.bytes);
	close(fds[0]);
	close(fds[1]);
	return 0;
}
