/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * What a relay says to an IDS that has several messages in flight: the input,
 * and then it hangs up. Answers come out in order, as they were said, none
 * longer than an agent's, and there are no more of them than were said.
 */
#include <endian.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fathom/error.h>
#include <fathom/transport.h>

#include "fuzz.h"

#define MESSAGES 3u

static const uint8_t *said;
static size_t said_size;
static size_t taken; /* bytes of it */
static size_t answers;
static int peer = -1;
static uint8_t reply[FATHOM_SEAL_MAX_REPLY];

/* A socket to a relay that has said all it will say. */
int socket(int domain, int type, int protocol)
{
	int fds[2];

	(void)domain;
	(void)type;
	(void)protocol;
	/* What was said before it was asked for made it call once more. */
	if (peer >= 0)
		close(peer);
	DEMAND(!socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds));
	DEMAND(write(fds[1], said, said_size) == (ssize_t)said_size);
	DEMAND(!shutdown(fds[1], SHUT_WR));
	peer = fds[1];
	return fds[0];
}

int connect(int fd, const struct sockaddr *address, socklen_t size)
{
	(void)fd;
	(void)address;
	(void)size;
	return 0;
}

static bool take(void *context, size_t index, size_t size)
{
	uint32_t length;

	(void)context;
	DEMAND(index == answers++ && index < MESSAGES);
	DEMAND(size <= FATHOM_SEAL_MAX_REPLY);
	DEMAND(said_size - taken >= sizeof(length));
	memcpy(&length, said + taken, sizeof(length));
	DEMAND(le32toh(length) == size);
	taken += sizeof(length);
	DEMAND(said_size - taken >= size);
	DEMAND(!memcmp(reply, said + taken, size));
	taken += size;
	/* Now and then what comes is not what was wanted. */
	return size % 7 != 6;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct fathom_transport_patience patience = {
		.timeout_ms = 1000,
	};
	struct fathom_transport_message messages[MESSAGES];
	struct fathom_transport *transport;
	struct fathom_error *error;
	size_t i;

	said = data;
	said_size = size;
	for (i = 0; i < MESSAGES; i++)
		messages[i] = (struct fathom_transport_message){"message", 7};
	DEMAND(!fathom_transport_open_unix("x", &patience, &transport));
	taken = 0;
	answers = 0;
	error = transport->ops->exchange_many(transport, messages, MESSAGES,
					      reply, take, NULL);
	DEMAND(error || answers);
	if (error)
		DEMAND(answers < MESSAGES && error->message[0]);
	fathom_error_destroy(error);
	transport->ops->destroy(transport);
	close(peer);
	peer = -1;
	return 0;
}
