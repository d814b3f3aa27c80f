/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A message on its way: see stream.h. */
#include "stream.h"

#include <endian.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

void stream_begin(struct stream *stream, uint64_t now)
{
	stream->state = STREAM_RECEIVING;
	stream->since = now;
	stream->done = 0;
	stream->length = 0;
}

bool stream_is_idle(const struct stream *stream)
{
	return stream->state == STREAM_RECEIVING && !stream->done;
}

bool stream_is_stuck(const struct stream *stream, uint64_t now, uint64_t ms)
{
	return stream->state != STREAM_HELD && !stream_is_idle(stream) &&
	       now - stream->since >= ms;
}

/* How much is wanted next: the prefix tells how much there is of the rest. */
static size_t wanted(const struct stream *stream)
{
	if (stream->done < RELAY_LENGTH_SIZE)
		return RELAY_LENGTH_SIZE - stream->done;
	return RELAY_LENGTH_SIZE + stream->length - stream->done;
}

/* False if no such message is carried. */
static bool take_length(struct stream *stream)
{
	uint32_t length;

	memcpy(&length, stream->bytes, sizeof(length));
	stream->length = le32toh(length);
	return stream->length <= stream->max &&
	       (stream->length || stream->empty);
}

/* False if the connection is of no use any more. */
static bool receive_some(struct stream *stream, int fd, uint64_t now)
{
	ssize_t got = recv(fd, stream->bytes + stream->done, wanted(stream),
			   MSG_DONTWAIT);

	if (got < 0)
		return errno == EAGAIN || errno == EINTR;
	if (!got)
		return false;
	if (!stream->done)
		stream->since = now;
	stream->done += (size_t)got;
	if (stream->done == RELAY_LENGTH_SIZE && !take_length(stream))
		return false;
	if (stream->done >= RELAY_LENGTH_SIZE && !wanted(stream))
		stream->state = STREAM_HELD;
	return true;
}

/* Twice, for the prefix and the rest, which mostly come together. */
bool stream_receive(struct stream *stream, int fd, uint64_t now)
{
	int i;

	for (i = 0; i < 2 && stream->state == STREAM_RECEIVING; i++) {
		if (!receive_some(stream, fd, now))
			return false;
	}
	return true;
}

void stream_pass_on(struct stream *stream, uint64_t now)
{
	stream->state = STREAM_SENDING;
	stream->since = now;
	stream->done = 0;
}

void stream_load(struct stream *stream, size_t size, uint64_t now)
{
	uint32_t length = htole32((uint32_t)size);

	memcpy(stream->bytes, &length, sizeof(length));
	stream->length = (uint32_t)size;
	stream_pass_on(stream, now);
}

bool stream_send(struct stream *stream, int fd, uint64_t now)
{
	size_t size = RELAY_LENGTH_SIZE + stream->length;
	ssize_t sent = send(fd, stream->bytes + stream->done,
			    size - stream->done, MSG_DONTWAIT | MSG_NOSIGNAL);

	if (sent < 0)
		return errno == EAGAIN || errno == EINTR;
	stream->done += (size_t)sent;
	if (stream->done == size)
		stream_begin(stream, now);
	return true;
}
