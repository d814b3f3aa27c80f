/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * One message or reply on its way from a socket to another, or to and from the
 * agent: relay_protocol.h's length and bytes. Nothing here blocks.
 */
#ifndef FATHOM_RELAY_STREAM_H
#define FATHOM_RELAY_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "relay_protocol.h"

enum stream_state {
	STREAM_RECEIVING = 0, /* or waiting for something to come */
	STREAM_HELD,	      /* complete, and nobody's turn yet */
	STREAM_SENDING,
};

struct stream {
	enum stream_state state;
	uint64_t since;	 /* CLOCK_MONOTONIC in ms: when the state began to
			    take time */
	size_t done;	 /* bytes, of prefix and body together */
	uint32_t length; /* of the body, once the prefix is there */
	uint32_t max;	 /* of a body; a longer one is refused */
	bool empty;	 /* whether a body of 0 bytes is taken */
	/* RELAY_LENGTH_SIZE bytes of prefix, then the body. */
	uint8_t *bytes;
};

/** Wait for the next one. */
void stream_begin(struct stream *stream, uint64_t now);

/** Whether nothing of the next one has come. */
bool stream_is_idle(const struct stream *stream);

/** Whether it has begun to move, and has not arrived for @p ms. */
bool stream_is_stuck(const struct stream *stream, uint64_t now, uint64_t ms);

/**
 * @p fd is readable: take what there is of one message, no more. When it is
 * complete the state is STREAM_HELD.
 *
 * @return false if the connection is of no use any more.
 */
bool stream_receive(struct stream *stream, int fd, uint64_t now);

/** Send from here on: what was received, or @p size bytes of body. */
void stream_pass_on(struct stream *stream, uint64_t now);
void stream_load(struct stream *stream, size_t size, uint64_t now);

/**
 * @p fd is writable: give it what it takes. When all is sent, the state is
 * STREAM_RECEIVING.
 *
 * @return As above.
 */
bool stream_send(struct stream *stream, int fd, uint64_t now);

#endif /* FATHOM_RELAY_STREAM_H */
