/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The relay, and the transport to it: clients that are many, slow or hostile.
 */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <fathom/transport.h>

#include "agent_client.h"
#include "child.h"
#include "endpoint.h"
#include "listener.h"
#include "privileges.h"
#include "relay_fixture.h"
#include "sanitized.h"
#include "tcp_address.h"
#include "test_clock.h"

#include <cmocka.h>

static int setup(void **state)
{
	*state = relay_fixture_new();
	return 0;
}

static int setup_started(void **state)
{
	*state = relay_fixture_new();
	relay_fixture_start(*state);
	return 0;
}

static int teardown(void **state)
{
	relay_fixture_free(*state);
	return 0;
}

/* A client by hand, which nothing keeps waiting for more than 5 s. */
static int connect_by_hand(const struct relay_fixture *relay)
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

static void say(int fd, const void *message, uint32_t size)
{
	uint32_t prefix = htole32(size);

	assert_int_equal(send(fd, &prefix, 4, MSG_NOSIGNAL), 4);
	if (size)
		assert_int_equal(send(fd, message, size, MSG_NOSIGNAL), size);
}

static void hear(int fd, void *reply, uint32_t size)
{
	uint32_t prefix;

	assert_int_equal(recv(fd, &prefix, 4, MSG_WAITALL), 4);
	assert_int_equal(le32toh(prefix), size);
	assert_int_equal(recv(fd, reply, size, MSG_WAITALL), size);
}

static void hung_up(int fd)
{
	char byte;
	ssize_t got = recv(fd, &byte, 1, 0);

	assert_true(got == 0 || (got < 0 && errno == ECONNRESET));
	close(fd);
}

static void converse(int fd, uint8_t byte)
{
	uint8_t reply;

	say(fd, &byte, 1);
	hear(fd, &reply, 1);
	assert_int_equal(reply ^ byte, 0xff);
}

static void works(const struct relay_fixture *relay)
{
	int fd = connect_by_hand(relay);

	converse(fd, 5);
	close(fd);
}

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
		int fd = connect_by_hand(relay);

		assert_int_equal(send(fd, &prefix, 4, 0), 4);
		hung_up(fd);
	}
	assert_int_equal(relay->firmware.calls, 0);
	works(relay);
}

static void hang_up_anywhere(void **state)
{
	struct relay_fixture *relay = *state;
	static const char message[] = "\x10\0\0\0half of it";
	size_t i;

	for (i = 0; i < sizeof(message) - 1; i++) {
		int fd = connect_by_hand(relay);

		assert_int_equal(send(fd, message, i, 0), i);
		close(fd);
	}
	works(relay);
	assert_int_equal(relay->firmware.calls, 1);
}

static void slow_sender(void **state)
{
	struct relay_fixture *relay = *state;
	int slow = connect_by_hand(relay);
	double begun = seconds();
	uint8_t reply[5];

	assert_int_equal(send(slow, "\x05\0", 2, 0), 2);
	works(relay);
	assert_int_equal(send(slow, "\0\0he", 4, 0), 4);
	works(relay);
	assert_int_equal(send(slow, "llo", 3, 0), 3);
	hear(slow, reply, 5);
	works(relay);
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
	greedy = connect_by_hand(relay);
	for (i = 0; i < 20; i++)
		say(greedy, "x", 1);
	other = connect_by_hand(relay);
	for (i = 0; i < 5; i++) {
		say(other, "y", 1);
		hear(other, reply, FAKE_REPLIES);
	}
	assert_true(seconds() - begun < 8);
	/* Only one of its messages was taken: the others wait in its socket. */
	assert_int_equal(relay->firmware.calls, 6);
	hear(greedy, reply, FAKE_REPLIES);
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
		clients[i] = connect_by_hand(relay);
	/* The first has much to say, and is first. */
	for (i = 0; i < 12; i++)
		say(clients[0], "A", 1);
	for (i = 0; i < 3; i++) {
		say(clients[1], "B", 1);
		say(clients[2], "C", 1);
	}
	for (i = 0; i < 12; i++)
		hear(clients[0], &reply, 1);
	for (i = 1; i < 3; i++) {
		for (j = 0; j < 3; j++)
			hear(clients[i], &reply, 1);
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
	fd = connect_by_hand(relay);
	hung_up(fd);
	sleep_ms(700);
	/* The IDS does not notice. */
	wire_works(wire);
	wire_close(wire);
}

static void places_are_limited(void **state)
{
	struct relay_fixture *relay = *state;
	int clients[4];
	int newcomer;
	double begun;
	int i;

	for (i = 0; i < 4; i++) {
		clients[i] = connect_by_hand(relay);
		converse(clients[i], (uint8_t)i);
		sleep_ms(20);
	}
	newcomer = connect_by_hand(relay);
	begun = seconds();
	converse(newcomer, 9);
	assert_true(seconds() - begun > 0.5);
	/* The one that was idle longest made room, and no other. */
	hung_up(clients[0]);
	for (i = 1; i < 4; i++) {
		converse(clients[i], (uint8_t)i);
		close(clients[i]);
	}
	close(newcomer);
}

#define STRANGERS 8

/* Only who says this byte has a key. */
#define KEY 'k'

static size_t answer_to_key(void *context, const void *message, size_t size,
			    const void **reply)
{
	if (!size || *(const char *)message != KEY)
		return 0;
	return fake_firmware_invert(context, message, size, reply);
}

/* Garbage, again and again; who is hung up on comes back. */
static void strangers_talk(const struct relay_fixture *relay,
			   int strangers[STRANGERS])
{
	static const char garbage[] = {1, 0, 0, 0, 'x'};
	size_t i;

	for (i = 0; i < STRANGERS; i++) {
		char bytes[64];

		while (recv(strangers[i], bytes, sizeof(bytes), MSG_DONTWAIT) >
		       0)
			;
		if (send(strangers[i], garbage, sizeof(garbage),
			 MSG_NOSIGNAL | MSG_DONTWAIT) < 0 &&
		    errno != EAGAIN) {
			close(strangers[i]);
			strangers[i] = connect_by_hand(relay);
		}
	}
}

/*
 * Strangers who never stop talking have neither a known client's place, nor all
 * the time of the CPUs; and somebody new who has a key gets through to it.
 */
static void strangers_who_talk(void **state)
{
	struct relay_fixture *relay = *state;
	int strangers[STRANGERS];
	int known;
	int newcomer;
	double begun;
	size_t i;

	relay->firmware.answer = answer_to_key;
	relay_fixture_start(relay);
	known = connect_by_hand(relay);
	converse(known, KEY);
	for (i = 0; i < STRANGERS; i++)
		strangers[i] = connect_by_hand(relay);
	begun = seconds();
	while (seconds() - begun < 2.5) {
		strangers_talk(relay, strangers);
		sleep_ms(5);
	}
	assert_true(relay->firmware.calls <=
		    SERVER_STRANGER_CALLS * (seconds() - begun + 1) + 1);
	assert_true(relay->firmware.calls > SERVER_STRANGER_CALLS);
	converse(known, KEY);
	newcomer = connect_by_hand(relay);
	say(newcomer, "k", 1);
	for (begun = seconds(); seconds() - begun < 2.5;) {
		strangers_talk(relay, strangers);
		sleep_ms(5);
	}
	assert_int_equal(recv(newcomer, (char[5]){0}, 5, MSG_DONTWAIT), 5);
	converse(known, KEY);
	for (i = 0; i < STRANGERS; i++)
		close(strangers[i]);
	close(newcomer);
	close(known);
}

static void many_clients(void **state)
{
	struct relay_fixture *relay = *state;
	int i;

	for (i = 0; i < 200; i++)
		works(relay);
	assert_int_equal(relay->firmware.calls, 200);
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
	works(relay);
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

static void users_and_groups(void **state)
{
	uid_t uid;
	gid_t gid;

	(void)state;
	client_no_error(privileges_find_user("daemon", &uid, &gid));
	assert_int_equal(uid, 1);
	assert_int_equal(gid, 1);
	client_no_error(privileges_find_user("54321", &uid, &gid));
	assert_int_equal(uid, 54321);
	assert_int_equal(gid, 54321);
	client_error_says(privileges_find_user("no-such-user", &uid, &gid),
			  "no user no-such-user");
	client_error_says(privileges_find_user("4294967295", &uid, &gid),
			  "no user");
	client_error_says(privileges_find_user("-1", &uid, &gid), "no user");
	client_no_error(privileges_find_group("root", &gid));
	assert_int_equal(gid, 0);
	client_no_error(privileges_find_group("777", &gid));
	assert_int_equal(gid, 777);
	client_error_says(privileges_find_group("no-such-group", &gid),
			  "no group");
	client_error_says(privileges_drop(0, 1), "does not serve as root");
	client_error_says(privileges_drop(1, 0), "does not serve as root");
}

static void filter(void)
{
	struct fathom_error *error =
		privileges_filter_syscalls(PRIVILEGES_ANSWER);

	if (error)
		_exit(1);
}

static void allowed_calls(void)
{
	const struct timespec time = {.tv_nsec = 1};

	filter();
	nanosleep(&time, NULL);
	(void)!write(STDOUT_FILENO, "lives", 5);
	_exit(7);
}

static void opens_a_file(void)
{
	filter();
	_exit(open("/dev/null", O_RDONLY) >= 0 ? 1 : 2);
}

static void makes_a_socket(void)
{
	filter();
	_exit(socket(AF_UNIX, SOCK_STREAM, 0) >= 0 ? 1 : 2);
}

static void executes(void)
{
	filter();
	execl("/bin/true", "true", NULL);
	_exit(2);
}

static void forks(void)
{
	filter();
	_exit(fork() >= 0 ? 1 : 2);
}

/* no_new_privs is what an unprivileged process needs to filter; see seccomp(2).
 * privileges_drop() has set it in the relay, libseccomp does so here.
 */
static void forbidden_calls(void **state)
{
	struct child_result result;

	(void)state;
	/* A sanitizer makes calls of its own. */
	if (!SANITIZED) {
		result = child_run(allowed_calls);
		assert_int_equal(result.status, 7);
		assert_string_equal(result.output, "lives");
	}
	assert_int_equal(child_run(opens_a_file).status, -SIGSYS);
	assert_int_equal(child_run(makes_a_socket).status, -SIGSYS);
	assert_int_equal(child_run(executes).status, -SIGSYS);
	assert_int_equal(child_run(forks).status, -SIGSYS);
}

#define STARTED(test) \
	cmocka_unit_test_setup_teardown(test, setup_started, teardown)
#define UNSTARTED(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		STARTED(carries),
		UNSTARTED(silence),
		UNSTARTED(strangers_who_talk),
		UNSTARTED(largest),
		UNSTARTED(nobody_there),
		STARTED(ends_under_way),
		STARTED(lengths_that_are_none),
		STARTED(hang_up_anywhere),
		STARTED(slow_sender),
		UNSTARTED(never_takes_its_reply),
		UNSTARTED(in_turns),
		UNSTARTED(agent_away),
		UNSTARTED(too_late),
		UNSTARTED(idle_client_is_let_go),
		STARTED(places_are_limited),
		STARTED(many_clients),
		UNSTARTED(lying_relay),
		UNSTARTED(socket_permissions),
		UNSTARTED(socket_taken),
		UNSTARTED(by_tcp),
		cmocka_unit_test(tcp_addresses),
		cmocka_unit_test(users_and_groups),
		cmocka_unit_test(forbidden_calls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
