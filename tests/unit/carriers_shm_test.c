/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* An IDS and a relay that share memory: both as they are, one of them dead,
 * started anew or hostile. */
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <fathom/transport.h>

#include "agent_client.h"
#include "child.h"
#include "privileges.h"
#include "ring_bell.h"
#include "ring_file.h"
#include "ring_server.h"
#include "sanitized.h"
#include "transport_shm.h"

#include <cmocka.h>

#define MAX_MESSAGE (68u * 1024)
#define MAX_REPLY   (516u * 1024)
#define SLOTS	    2u

/* Short ones, but long enough for a busy machine. */
static const struct fathom_transport_patience patience = {
	.timeout_ms = 10000,
};
#define DEAD_MS 1500u

struct shared {
	char path[64];
	void *memory;
	size_t size;
	struct ring_server_settings settings;
	struct ring_server *server;
	pthread_t thread;
	volatile sig_atomic_t stop;
	/* How the agent shall behave. */
	_Atomic bool away;
	_Atomic bool at_length;
	_Atomic bool silent;
	_Atomic unsigned int delay_ms;
	_Atomic unsigned int calls;
};

static void sleep_ms(unsigned int ms)
{
	const struct timespec time = {
		.tv_sec = ms / 1000,
		.tv_nsec = ms % 1000 * 1000000L,
	};

	nanosleep(&time, NULL);
}

/* Each byte inverted. */
static struct fathom_error *answer(void *context, const void *message,
				   size_t size, void *reply, size_t capacity,
				   size_t *reply_size)
{
	struct shared *shared = context;
	const uint8_t *bytes = message;
	size_t i;

	shared->calls++;
	sleep_ms(shared->delay_ms);
	if (shared->away)
		return fathom_error_create(FATHOM_ERROR_TARGET, "away");
	for (i = 0; i < size; i++)
		((uint8_t *)reply)[i] = (uint8_t)~bytes[i];
	*reply_size = size;
	if (shared->silent)
		*reply_size = 0;
	if (shared->at_length) {
		memset(reply, 0x77, capacity);
		*reply_size = capacity;
	}
	return NULL;
}

static void open_file(struct shared *shared)
{
	const struct ring_file_settings file = {
		.size = ring_area_size(SLOTS),
		.mode = 0640,
		.uid = getuid(),
		.gid = getgid(),
	};

	client_no_error(ring_file_open(shared->path, &file, &shared->memory,
				       &shared->size));
}

static int setup(void **state)
{
	struct shared *shared = calloc(1, sizeof(*shared));

	assert_non_null(shared);
	snprintf(shared->path, sizeof(shared->path),
		 "/dev/shm/fathom-ring-test-%d", getpid());
	unlink(shared->path);
	open_file(shared);
	shared->settings = (struct ring_server_settings){
		.idle_ms = 60000,
		.max_message = MAX_MESSAGE,
		.max_reply = MAX_REPLY,
		.exchange = answer,
		.context = shared,
		.stop = &shared->stop,
	};
	*state = shared;
	return 0;
}

static void *run(void *context)
{
	struct shared *shared = context;

	ring_server_run(shared->server);
	return NULL;
}

static void start(struct shared *shared)
{
	shared->stop = 0;
	client_no_error(ring_area_format(&shared->settings.area, shared->memory,
					 shared->size, SLOTS));
	client_no_error(ring_server_create(&shared->settings, &shared->server));
	assert_int_equal(pthread_create(&shared->thread, NULL, run, shared), 0);
}

static void stop(struct shared *shared)
{
	__atomic_store_n(&shared->stop, 1, __ATOMIC_RELAXED);
	pthread_join(shared->thread, NULL);
	ring_server_destroy(shared->server);
	shared->server = NULL;
}

static int setup_started(void **state)
{
	setup(state);
	start(*state);
	return 0;
}

static int teardown(void **state)
{
	struct shared *shared = *state;

	if (shared->server)
		stop(shared);
	if (shared->memory)
		munmap(shared->memory, shared->size);
	unlink(shared->path);
	free(shared);
	return 0;
}

/* What the IDS uses. */
struct wire {
	struct fathom_transport *transport;
	uint8_t reply[FATHOM_SEAL_MAX_REPLY];
	size_t size;
};

static struct wire *wire_open(const struct shared *shared)
{
	struct wire *wire = calloc(1, sizeof(*wire));

	assert_non_null(wire);
	client_no_error(transport_shm_open(shared->path, &patience, DEAD_MS,
					   &wire->transport));
	return wire;
}

static struct fathom_error *wire_exchange(struct wire *wire,
					  const void *message, size_t size)
{
	return wire->transport->ops->exchange(wire->transport, message, size,
					      wire->reply, &wire->size);
}

static void wire_works(struct wire *wire)
{
	client_no_error(wire_exchange(wire, "abc", 3));
	assert_int_equal(wire->size, 3);
	assert_memory_equal(wire->reply, "\x9e\x9d\x9c", 3);
}

static void wire_close(struct wire *wire)
{
	wire->transport->ops->destroy(wire->transport);
	free(wire);
}

static void cannot_open(const struct shared *shared, const char *text)
{
	struct fathom_transport *transport;

	client_error_says(transport_shm_open(shared->path, &patience, DEAD_MS,
					     &transport),
			  text);
}

static void carries(void **state)
{
	struct shared *shared = *state;
	struct wire *wire = wire_open(shared);
	int i;

	for (i = 0; i < 100; i++)
		wire_works(wire);
	wire_close(wire);
	assert_int_equal(shared->calls, 100);
}

static void silence(void **state)
{
	struct shared *shared = *state;
	struct wire *wire = wire_open(shared);

	shared->silent = true;
	wire->size = 1;
	client_no_error(wire_exchange(wire, "x", 1));
	assert_int_equal(wire->size, 0);
	wire_close(wire);
}

/* Longer than the rings: both sides wait for room. */
static void largest(void **state)
{
	static uint8_t message[FATHOM_SEAL_MAX_REQUEST + 1];
	struct shared *shared = *state;
	struct wire *wire = wire_open(shared);

	shared->at_length = true;
	client_no_error(wire_exchange(wire, message, FATHOM_SEAL_MAX_REQUEST));
	assert_int_equal(wire->size, MAX_REPLY);
	assert_int_equal(wire->reply[0], 0x77);
	assert_int_equal(wire->reply[MAX_REPLY - 1], 0x77);
	client_error_says(
		wire_exchange(wire, message, FATHOM_SEAL_MAX_REQUEST + 1),
		"a message of");
	client_error_says(wire_exchange(wire, message, 0), "a message of");
	wire_close(wire);
}

static void nobody_there(void **state)
{
	struct shared *shared = *state;

	cannot_open(shared, "nobody has ever served there");
	start(shared);
	stop(shared);
	cannot_open(shared, "is fathom-relay, or fathom agent, running?");
	unlink(shared->path);
	cannot_open(shared, "is fathom-relay, or fathom agent, running?");
	assert_int_equal(mkdir(shared->path, 0700), 0);
	cannot_open(shared, "directory");
	assert_int_equal(rmdir(shared->path), 0);
	close(open(shared->path, O_CREAT | O_WRONLY, 0600));
	cannot_open(shared, "no shared memory of a relay");
}

static void started_anew_between_calls(void **state)
{
	struct shared *shared = *state;
	struct wire *wire = wire_open(shared);

	wire_works(wire);
	stop(shared);
	client_error_says(wire_exchange(wire, "x", 1),
			  "is fathom-relay, or fathom agent, running?");
	start(shared);
	wire_works(wire);
	stop(shared);
	start(shared);
	/* Not even noticed. */
	wire_works(wire);
	wire_close(wire);
}

/* It died, so that it could not say that it ends, and another one came. */
static void *start_anew(void *context)
{
	struct shared *shared = context;
	struct ring_area area;

	while (!shared->calls)
		sleep_ms(1);
	client_no_error(
		ring_area_format(&area, shared->memory, shared->size, SLOTS));
	return NULL;
}

static void started_anew_during_a_call(void **state)
{
	struct shared *shared = *state;
	struct wire *wire = wire_open(shared);
	pthread_t thread;

	shared->delay_ms = 300;
	assert_int_equal(pthread_create(&thread, NULL, start_anew, shared), 0);
	client_error_says(wire_exchange(wire, "x", 1), "started anew");
	pthread_join(thread, NULL);
	shared->delay_ms = 0;
	wire_works(wire);
	wire_close(wire);
}

/* Nobody is behind a header that says that somebody serves. */
static void dead_relay(void **state)
{
	struct shared *shared = *state;
	uint64_t begun = ring_now_ns();

	client_no_error(ring_area_format(&shared->settings.area, shared->memory,
					 shared->size, SLOTS));
	cannot_open(shared, "stood still for 1500 ms");
	assert_true(ring_now_ns() - begun < 4000000000ull);
}

static void agent_away(void **state)
{
	struct shared *shared = *state;
	struct wire *wire = wire_open(shared);

	shared->away = true;
	client_error_says(wire_exchange(wire, "x", 1),
			  "cannot reach the agent");
	shared->away = false;
	wire_works(wire);
	wire_close(wire);
}

/* An agent that takes longer than a dead relay would is waited for. */
static void slow_agent(void **state)
{
	struct shared *shared = *state;
	struct wire *wire = wire_open(shared);

	shared->delay_ms = DEAD_MS + 300;
	wire_works(wire);
	shared->delay_ms = 0;
	wire_close(wire);
}

static void too_late(void **state)
{
	static const struct fathom_transport_patience little = {
		.timeout_ms = 100,
	};
	struct shared *shared = *state;
	struct wire *wire = wire_open(shared);
	struct fathom_transport *transport;

	client_no_error(
		transport_shm_open(shared->path, &little, DEAD_MS, &transport));
	shared->delay_ms = 500;
	client_error_says(transport->ops->exchange(transport, "late", 4,
						   wire->reply, &wire->size),
			  "no answer within 100 ms");
	transport->ops->destroy(transport);
	/* Its reply comes to nobody. */
	shared->delay_ms = 0;
	wire_works(wire);
	wire_close(wire);
}

static void idle_client_is_let_go(void **state)
{
	struct shared *shared = *state;
	struct ring_slot *slot;
	struct wire *wire;

	shared->settings.idle_ms = 100;
	start(shared);
	wire = wire_open(shared);
	wire_works(wire);
	sleep_ms(400);
	slot = ring_area_slot(&shared->settings.area, 0);
	assert_int_equal(atomic_load(&slot->owner), 0);
	/* The IDS does not notice. */
	wire_works(wire);
	wire_close(wire);
}

/* Whoever has been idle longest makes room, and comes back. */
static void places_are_limited(void **state)
{
	struct shared *shared = *state;
	struct wire *wires[SLOTS + 1];
	uint64_t begun;
	unsigned int i;

	for (i = 0; i < SLOTS; i++) {
		wires[i] = wire_open(shared);
		wire_works(wires[i]);
	}
	begun = ring_now_ns();
	wires[SLOTS] = wire_open(shared);
	assert_true(ring_now_ns() - begun > 500000000ull);
	for (i = SLOTS + 1; i-- > 0;) {
		wire_works(wires[i]);
		wire_close(wires[i]);
	}
}

static void *converse(void *context)
{
	const struct shared *shared = context;
	int i;

	for (i = 0; i < 20; i++) {
		struct wire *wire = wire_open(shared);

		wire_works(wire);
		wire_works(wire);
		wire_close(wire);
	}
	return NULL;
}

/* More threads than slots, each with its own claims. */
static void several_at_once(void **state)
{
	struct shared *shared = *state;
	pthread_t threads[SLOTS + 1];
	unsigned int i;

	for (i = 0; i <= SLOTS; i++)
		assert_int_equal(
			pthread_create(&threads[i], NULL, converse, shared), 0);
	for (i = 0; i <= SLOTS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(shared->calls, (SLOTS + 1) * 40);
}

/* A relay of the attacker's: lets the IDS in, and answers what it likes. */
struct liar {
	struct shared *shared;
	const void *answer;
	size_t size;
	uint32_t claims; /* that it has written this much more */
	uint32_t has_read;
};

static void *lie(void *context)
{
	struct liar *liar = context;
	const struct ring_area *area = &liar->shared->settings.area;
	struct ring_slot *slot = ring_area_slot(area, 0);
	struct ring replies = ring_area_replies(area, slot);
	size_t done;

	while (!atomic_load(&slot->opened))
		atomic_fetch_add(&area->header->beat, 1);
	atomic_store(&slot->accepted, atomic_load(&slot->opened));
	while (!atomic_load(&slot->request_written.bytes))
		atomic_fetch_add(&area->header->beat, 1);
	atomic_store(&slot->request_read.bytes, liar->has_read);
	ring_write(&replies, liar->answer, liar->size, &done);
	atomic_fetch_add(&slot->reply_written.bytes, liar->claims);
	return NULL;
}

static void lies(struct shared *shared, const struct liar *how,
		 const void *message, size_t size, const char *text)
{
	struct liar liar = *how;
	struct wire *wire;
	pthread_t thread;

	liar.shared = shared;
	client_no_error(ring_area_format(&shared->settings.area, shared->memory,
					 shared->size, SLOTS));
	memset((uint8_t *)shared->memory + RING_PAGE, 0, RING_PAGE);
	assert_int_equal(pthread_create(&thread, NULL, lie, &liar), 0);
	wire = wire_open(shared);
	client_error_says(wire_exchange(wire, message, size), text);
	pthread_join(thread, NULL);
	wire_close(wire);
}

static void lying_relay(void **state)
{
	static const uint8_t long_message[FATHOM_SEAL_MAX_REQUEST];
	static const struct liar too_long = {.answer = "\xff\xff\xff\xff",
					     .size = 4};
	static const struct liar too_much = {.claims = RING_REPLY_CAPACITY + 1};
	static const struct liar backwards = {.claims = UINT32_MAX};
	static const struct liar has_read = {.has_read = 0x80000000u};
	static const struct liar half = {.answer = "\x08\0\0\0four", .size = 8};
	struct shared *shared = *state;

	lies(shared, &too_long, "x", 1, "announces a reply of 4294967295");
	lies(shared, &too_much, "x", 1, "holds more than it can");
	lies(shared, &backwards, "x", 1, "holds more than it can");
	lies(shared, &has_read, long_message, sizeof(long_message),
	     "holds more than it can");
	lies(shared, &half, "x", 1, "stood still");
}

static void file_of_others(void **state)
{
	const struct ring_file_settings file = {.size = ring_area_size(1),
						.mode = 0600,
						.uid = getuid(),
						.gid = getgid()};
	struct shared *shared = *state;
	char other[80];
	struct stat status;
	void *memory;
	size_t size;

	assert_int_equal(stat(shared->path, &status), 0);
	assert_int_equal(status.st_mode, S_IFREG | 0640);
	assert_int_equal(status.st_size, ring_area_size(SLOTS));
	client_error_says(ring_file_open(shared->path, &file, &memory, &size),
			  "somebody else serves there");
	strcpy((char *)shared->memory, "something that was dear to somebody");
	munmap(shared->memory, shared->size);
	shared->memory = NULL;
	client_error_says(ring_file_open(shared->path, &file, &memory, &size),
			  "something else is there");
	snprintf(other, sizeof(other), "%s-link", shared->path);
	assert_int_equal(symlink(shared->path, other), 0);
	client_error_says(ring_file_open(other, &file, &memory, &size),
			  "cannot be opened");
	unlink(other);
}

static void end_filtered(int number)
{
	(void)number;
	_exit(9);
}

/* Serves a client in another process, filtered; the signal must do as well. */
static void serve_filtered(void)
{
	struct shared *shared;
	struct fathom_error *error;

	setup((void **)&shared);
	(void)signal(SIGALRM, end_filtered);
	client_no_error(ring_area_format(&shared->settings.area, shared->memory,
					 shared->size, SLOTS));
	client_no_error(ring_server_create(&shared->settings, &shared->server));
	if (!fork()) {
		struct wire *wire = wire_open(shared);

		wire_works(wire);
		wire_close(wire);
		unlink(shared->path);
		_exit(0);
	}
	alarm(1);
	error = privileges_filter_syscalls(PRIVILEGES_SHARE);
	if (error)
		_exit(1);
	ring_server_run(shared->server);
}

static void serves_with_few_system_calls(void **state)
{
	(void)state;
	/* A sanitizer makes calls of its own. */
	if (!SANITIZED)
		assert_int_equal(child_run(serve_filtered).status, 9);
}

#define STARTED(test) \
	cmocka_unit_test_setup_teardown(test, setup_started, teardown)
#define UNSTARTED(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		STARTED(carries),
		STARTED(silence),
		STARTED(largest),
		UNSTARTED(nobody_there),
		STARTED(started_anew_between_calls),
		STARTED(started_anew_during_a_call),
		UNSTARTED(dead_relay),
		STARTED(agent_away),
		STARTED(slow_agent),
		STARTED(too_late),
		UNSTARTED(idle_client_is_let_go),
		STARTED(places_are_limited),
		STARTED(several_at_once),
		UNSTARTED(lying_relay),
		UNSTARTED(file_of_others),
		cmocka_unit_test(serves_with_few_system_calls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
