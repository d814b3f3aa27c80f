/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* See relay_client.h. */
#include "relay_client.h"

#include <endian.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

int relay_client_connect(const struct relay_fixture *relay)
{
	const struct timeval limit = {.tv_sec = 5};
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	strcpy(address.sun_path, relay->socket);
	assert_true(fd >= 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	assert_int_equal(
		connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

void relay_client_say(int fd, const void *message, uint32_t size)
{
	uint32_t prefix = htole32(size);

	assert_int_equal(send(fd, &prefix, 4, MSG_NOSIGNAL), 4);
	if (size)
		assert_int_equal(send(fd, message, size, MSG_NOSIGNAL), size);
}

void relay_client_hear(int fd, void *reply, uint32_t size)
{
	uint32_t prefix;

	assert_int_equal(recv(fd, &prefix, 4, MSG_WAITALL), 4);
	assert_int_equal(le32toh(prefix), size);
	assert_int_equal(recv(fd, reply, size, MSG_WAITALL), size);
}

void relay_client_expect_end(int fd)
{
	char byte;
	ssize_t got = recv(fd, &byte, 1, 0);

	assert_true(got == 0 || (got < 0 && errno == ECONNRESET));
	close(fd);
}

void relay_client_converse(int fd, uint8_t byte)
{
	uint8_t reply;

	relay_client_say(fd, &byte, 1);
	relay_client_hear(fd, &reply, 1);
	assert_int_equal(reply ^ byte, 0xff);
}

void relay_client_works(const struct relay_fixture *relay)
{
	int fd = relay_client_connect(relay);

	relay_client_converse(fd, 5);
	close(fd);
}
