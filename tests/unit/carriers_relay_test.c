/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The relay, and the transport to it: clients that are many, slow or hostile.
 */
#include <endian.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fathom/transport.h>

#include "agent_client.h"
#include "endpoint.h"
#include "listener.h"
#include "relay_client.h"
#include "relay_fixture.h"
#include "tcp_address.h"
#include "test_clock.h"

#include <cmocka.h>

/* What the IDS uses. */
struct wire {
	struct fathom_transport *transport;
	uint8_t reply[FATHOM_SEAL_MAX_REPLY];
	size_t size;
};

static struct wire *wire_open(const char *socket, int timeout_ms)
{
	const struct fathom_transport_patience patience = {
		.timeout_ms = (unsigned int)timeout_ms,
	};
	struct wire *wire = calloc(1, sizeof(*wire));

	assert_non_null(wire);
	client_no_error(fathom_transport_open_unix(socket, &patience,
						   &wire->transport));
	return wire;
}

static struct fathom_error *wire_exchange(struct wire *wire, const char *text)
{
	return wire->transport->ops->exchange(
		wire->transport, text, strlen(text), wire->reply, &wire->size);
}

static void wire_works(struct wire *wire)
{
	client_no_error(wire_exchange(wire, "abc"));
	assert_int_equal(wire->size, 3);
	assert_memory_equal(wire->reply, "\x9e\x9d\x9c", 3);
}

static void wire_close(struct wire *wire)
{
	wire->transport->ops->destroy(wire->transport);
	free(wire);
}

static void carries(void **state)
{
	struct relay_fixture *relay = *state;
	struct wire *wire = wire_open(relay->socket, 5000);

	wire_works(wire);
	wire_works(wire);
	wire_close(wire);
}

static size_t keep_silent(void *context, const void *message, size_t size,
			  const void **reply)
{
	(void)context;
	(void)message;
	(void)size;
	(void)reply;
	return 0;
}

static size_t answer_at_length(void *context, const void *message, size_t size,
			       const void **reply)
{
	static uint8_t long_reply[FAKE_REPLIES];

	(void)context;
	(void)message;
	(void)size;
	memset(long_reply, 0x77, sizeof(long_reply));
	*reply = long_reply;
	return sizeof(long_reply);
}

static void silence(void **state)
{
	struct relay_fixture *relay = *state;
	struct wire *wire;

	relay->firmware.answer = keep_silent;
	relay_fixture_start(relay);
	wire = wire_open(relay->socket, 5000);
	wire->size = 1;
	client_no_error(wire_exchange(wire, "x"));
	assert_int_equal(wire->size, 0);
	wire_close(wire);
}

static void largest(void **state)
{
	static uint8_t message[FAKE_REQUESTS];
	struct relay_fixture *relay = *state;
	struct wire *wire;

	relay->firmware.answer = answer_at_length;
	relay_fixture_start(relay);
	wire = wire_open(relay->socket, 5000);
	client_no_error(wire->transport->ops->exchange(
		wire->transport, message, FATHOM_SEAL_MAX_REQUEST, wire->reply,
		&wire->size));
	assert_int_equal(wire->size, FAKE_REPLIES);
	assert_int_equal(wire->reply[FAKE_REPLIES - 1], 0x77);
	client_error_says(
		wire->transport->ops->exchange(wire->transport, message,
					       FATHOM_SEAL_MAX_REQUEST + 1,
					       wire->reply, &wire->size),
		"a message of");
	wire_close(wire);
}

static void nobody_there(void **state)
{
	struct relay_fixture *relay = *state;
	struct fathom_transport *transport;
	char path[200];

	client_error_says(
		fathom_transport_open_unix(relay->socket, NULL, &transport),
		"is the relay or agent running?");
	memset(path, 'x', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	client_error_says(fathom_transport_open_unix(path, NULL, &transport),
			  "longer than");
}

static void ends_under_way(void **state)
{
	struct relay_fixture *relay = *state;
	struct wire *wire = wire_open(relay->socket, 5000);

	wire_works(wire);
	client_no_error(relay_fixture_stop(relay));
	client_error_says(wire_exchange(wire, "x"),
			  "is the relay or agent running?");
	wire_close(wire);
}

static void lengths_that_are_none(void **state)
{
	struct relay_fixture *relay = *state;
	const uint32_t lengths[] = {0, FAKE_REQUESTS + 1, 0x80000000u,
				    UINT32_MAX - 3, UINT32_MAX};
	size_t i;

	for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		uint32_t prefix = htole32(lengths[i]);
		int fd = relay_client_connect(relay);

		assert_int_equal(send(fd, &prefix, 4, 0), 4);
		relay_client_expect_end(fd);
	}
	assert_int_equal(relay->firmware.calls, 0);
	relay_client_works(relay);
}

static void hang_up_anywhere(void **state)
{
	struct relay_fixture *relay = *state;
	static const char message[] = "\x10\0\0\0half of it";
	size_t i;

	for (i = 0; i < sizeof(message) - 1; i++) {
		int fd = relay_client_connect(relay);

		assert_int_equal(send(fd, message, i, 0), i);
		close(fd);
	}
	relay_client_works(relay);
	assert_int_equal(relay->firmware.calls, 1);
}

static void slow_sender(void **state)
{
	struct relay_fixture *relay = *state;
	int slow = relay_client_connect(relay);
	double begun = seconds();
	uint8_t reply[5];

	assert_int_equal(send(slow, "\x05\0", 2, 0), 2);
	relay_client_works(relay);
	assert_int_equal(send(slow, "\0\0he", 4, 0), 4);
	relay_client_works(relay);
	assert_int_equal(send(slow, "llo", 3, 0), 3);
	relay_client_hear(slow, reply, 5);
	relay_client_works(relay);
	assert_true(seconds() - begun < 8);
	close(slow);
}

/* Its replies are longer than what a socket holds. */
static void never_takes_its_reply(void **state)
{
	struct relay_fixture *relay = *state;
	double begun = seconds();
	int greedy;
	int other;
	uint8_t *reply = malloc(FAKE_REPLIES);
	int i;

	assert_non_null(reply);
	relay->firmware.answer = answer_at_length;
	relay_fixture_start(relay);
	greedy = relay_client_connect(relay);
	for (i = 0; i < 20; i++)
		relay_client_say(greedy, "x", 1);
	other = relay_client_connect(relay);
	for (i = 0; i < 5; i++) {
		relay_client_say(other, "y", 1);
		relay_client_hear(other, reply, FAKE_REPLIES);
	}
	assert_true(seconds() - begun < 8);
	/* Only one of its messages was taken: the others wait in its socket. */
	assert_int_equal(relay->firmware.calls, 6);
	relay_client_hear(greedy, reply, FAKE_REPLIES);
	close(greedy);
	close(other);
	free(reply);
}

/* Who was answered, in this order. */
struct order {
	char names[64];
	_Atomic size_t count;
};

static size_t note_order(void *context, const void *message, size_t size,
			 const void **reply)
{
	struct order *order = context;

	if (order->count < sizeof(order->names) - 1)
		order->names[order->count++] = *(const char *)message;
	return fake_firmware_invert(NULL, message, size, reply);
}

static void in_turns(void **state)
{
	struct relay_fixture *relay = *state;
	struct order order = {0};
	int clients[3];
	uint8_t reply;
	int i, j;

	relay->firmware.answer = note_order;
	relay->firmware.context = &order;
	relay->firmware.delay_ms = 10;
	relay_fixture_start(relay);
	for (i = 0; i < 3; i++)
		clients[i] = relay_client_connect(relay);
	/* The first has much to say, and is first. */
	for (i = 0; i < 12; i++)
		relay_client_say(clients[0], "A", 1);
	for (i = 0; i < 3; i++) {
		relay_client_say(clients[1], "B", 1);
		relay_client_say(clients[2], "C", 1);
	}
	for (i = 0; i < 12; i++)
		relay_client_hear(clients[0], &reply, 1);
	for (i = 1; i < 3; i++) {
		for (j = 0; j < 3; j++)
			relay_client_hear(clients[i], &reply, 1);
	}
	for (i = 0; i < 3; i++)
		close(clients[i]);
	assert_int_equal(order.count, 18);
	/* The others were done before the first had said half of it. */
	assert_true(strrchr(order.names, 'B') < order.names + 12);
	assert_true(strrchr(order.names, 'C') < order.names + 12);
	assert_non_null(strstr(order.names, "ABC"));
}

static void agent_away(void **state)
{
	struct relay_fixture *relay = *state;
	struct wire *wire;

	relay->firmware.deaf = 1000000;
	relay_fixture_start(relay);
	wire = wire_open(relay->socket, 5000);
	client_error_says(wire_exchange(wire, "x"), "cannot reach the agent");
	relay->firmware.deaf = 0;
	wire_works(wire);
	wire_close(wire);
}

static void too_late(void **state)
{
	struct relay_fixture *relay = *state;
	struct wire *wire;
	double begun;

	relay->firmware.delay_ms = 1500;
	relay_fixture_start(relay);
	wire = wire_open(relay->socket, 100);
	begun = seconds();
	client_error_says(wire_exchange(wire, "late"), "no answer within");
	assert_true(seconds() - begun < 1.4);
	/* Its reply comes to nobody. */
	sleep_ms(1600);
	relay->firmware.delay_ms = 0;
	wire_works(wire);
	wire_close(wire);
}

static void idle_client_is_let_go(void **state)
{
	struct relay_fixture *relay = *state;
	struct wire *wire;
	int fd;

	relay->settings.idle_ms = 100;
	relay_fixture_start(relay);
	wire = wire_open(relay->socket, 5000);
	wire_works(wire);
	fd = relay_client_connect(relay);
	relay_client_expect_end(fd);
	sleep_ms(700);
	/* The IDS does not notice. */
	wire_works(wire);
	wire_close(wire);
}

/* A relay of the attacker's: says what it likes to each message. */
struct liar {
	int listener;
	const void *answer;
	size_t size;
	pthread_t thread;
};

static void *lie(void *context)
{
	struct liar *liar = context;
	char message[64];
	int fd = accept(liar->listener, NULL, NULL);

	if (recv(fd, message, sizeof(message), 0) > 0 && liar->size)
		(void)send(fd, liar->answer, liar->size, MSG_NOSIGNAL);
	close(fd);
	return NULL;
}

static void lies(struct relay_fixture *relay, const void *answer, size_t size,
		 const char *text)
{
	struct liar liar = {.answer = answer, .size = size};
	struct wire *wire;

	client_no_error(listener_open(relay->socket, 0600, getuid(), getgid(),
				      &liar.listener));
	fcntl(liar.listener, F_SETFL, 0);
	assert_int_equal(pthread_create(&liar.thread, NULL, lie, &liar), 0);
	wire = wire_open(relay->socket, 2000);
	client_error_says(wire_exchange(wire, "x"), text);
	wire_close(wire);
	pthread_join(liar.thread, NULL);
	close(liar.listener);
}

static void lying_relay(void **state)
{
	struct relay_fixture *relay = *state;

	lies(relay, "", 0, "has hung up");
	lies(relay, "\x01", 1, "has hung up");
	lies(relay, "\x08\0\0\0four", 8, "has hung up");
	lies(relay, "\xff\xff\xff\xff", 4, "announces a reply of 4294967295");
	lies(relay, "\xff\xff\xff\x7fxxxx", 8, "announces a reply");
}

static void socket_permissions(void **state)
{
	struct relay_fixture *relay = *state;
	struct stat status;
	int fd;

	client_no_error(
		listener_open(relay->socket, 0640, getuid(), getgid(), &fd));
	assert_int_equal(stat(relay->socket, &status), 0);
	assert_int_equal(status.st_mode, S_IFSOCK | 0640);
	close(fd);
}

static void socket_taken(void **state)
{
	struct relay_fixture *relay = *state;
	int first, second;

	client_no_error(
		listener_open(relay->socket, 0600, getuid(), getgid(), &first));
	client_error_says(
		listener_open(relay->socket, 0600, getuid(), getgid(), &second),
		"another relay listens");
	close(first);
	/* Left over: replaced. */
	client_no_error(listener_open(relay->socket, 0600, getuid(), getgid(),
				      &second));
	close(second);
	assert_int_equal(unlink(relay->socket), 0);
	close(open(relay->socket, O_CREAT | O_WRONLY, 0600));
	client_error_says(
		listener_open(relay->socket, 0600, getuid(), getgid(), &second),
		"something else is there");
}

/* A port that nobody has, as far as one can know. */
static void free_port(const char *host, char address[64])
{
	struct sockaddr_storage storage;
	socklen_t size;
	char any[64];
	int fd;

	snprintf(any, sizeof(any), "%s:1", host);
	client_no_error(tcp_address_parse(any, &storage, &size));
	/* Family and port are at the same places in both kinds. */
	((struct sockaddr_in *)&storage)->sin_port = 0;
	fd = socket(storage.ss_family, SOCK_STREAM, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&storage, size), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&storage, &size),
			 0);
	close(fd);
	snprintf(address, 64, "%s:%u", host,
		 ntohs(((struct sockaddr_in *)&storage)->sin_port));
}

static struct fathom_error *listen_at(const char *address, int *ret)
{
	struct endpoint endpoint;

	client_no_error(endpoint_parse(address, &endpoint));
	return endpoint_listen(&endpoint, 0600, getuid(), getgid(), ret);
}

static struct wire *wire_open_tcp(const char *address)
{
	struct wire *wire = calloc(1, sizeof(*wire));

	assert_non_null(wire);
	client_no_error(
		fathom_transport_open_tcp(address, NULL, &wire->transport));
	return wire;
}

static void by_tcp(void **state)
{
	struct relay_fixture *relay = *state;
	struct fathom_transport *transport;
	struct wire *wire;
	char address[64];
	int other;

	free_port("127.0.0.1", address);
	client_error_says(fathom_transport_open_tcp(address, NULL, &transport),
			  "is the relay or agent running?");
	client_no_error(listen_at(address, &relay->settings.listeners[1]));
	client_error_says(listen_at(address, &other), "cannot listen");
	relay_fixture_start(relay);
	wire = wire_open_tcp(address);
	wire_works(wire);
	/* Both ways at once. */
	relay_client_works(relay);
	wire_works(wire);
	client_no_error(relay_fixture_stop(relay));
	client_error_says(wire_exchange(wire, "x"),
			  "is the relay or agent running?");
	wire_close(wire);
}

static void tcp_addresses(void **state)
{
	static const char *const bad[] = {
		"",
		":",
		"127.0.0.1",
		"127.0.0.1:",
		"127.0.0.1:0",
		"127.0.0.1:65536",
		"127.0.0.1:x",
		"127.0.0.1:-1",
		"localhost:1",
		":1",
		"::1:1",
		"[::1]",
		"[::1]:",
		"[]:1",
		"[127.0.0.1]:1",
		"127.0.0.1 :1",
		"[::1:1",
		"127.0.0.1: 1",
		"[0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000]:1",
	};
	struct sockaddr_storage address;
	socklen_t size;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		client_error_says(tcp_address_parse(bad[i], &address, &size),
				  "not an address and a port");
	client_no_error(tcp_address_parse("192.0.2.1:65535", &address, &size));
	assert_int_equal(address.ss_family, AF_INET);
	assert_int_equal(size, sizeof(struct sockaddr_in));
	client_no_error(tcp_address_parse("[2001:db8::1]:1", &address, &size));
	assert_int_equal(address.ss_family, AF_INET6);
	assert_int_equal(size, sizeof(struct sockaddr_in6));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RELAY_STARTED(carries),
		RELAY_UNSTARTED(silence),
		RELAY_UNSTARTED(largest),
		RELAY_UNSTARTED(nobody_there),
		RELAY_STARTED(ends_under_way),
		RELAY_STARTED(lengths_that_are_none),
		RELAY_STARTED(hang_up_anywhere),
		RELAY_STARTED(slow_sender),
		RELAY_UNSTARTED(never_takes_its_reply),
		RELAY_UNSTARTED(in_turns),
		RELAY_UNSTARTED(agent_away),
		RELAY_UNSTARTED(too_late),
		RELAY_UNSTARTED(idle_client_is_let_go),
		RELAY_UNSTARTED(lying_relay),
		RELAY_UNSTARTED(socket_permissions),
		RELAY_UNSTARTED(socket_taken),
		RELAY_UNSTARTED(by_tcp),
		cmocka_unit_test(tcp_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
