/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The rings in shared memory, and the relay's side of a slot, when others write
 * there what they like. */
#include <endian.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "agent_client.h"
#include "ring.h"
#include "ring_area.h"
#include "ring_client.h"
#include "server.h"

#include <cmocka.h>

#define CAPACITY    4096u
#define MAX_MESSAGE 1000u

/* Both ends of one ring; a sanitizer watches the borders of its data. */
struct pipe {
	struct ring_index written;
	struct ring_index read;
	struct ring writer;
	struct ring reader;
};

static int pipe_setup(void **state)
{
	struct pipe *pipe = calloc(1, sizeof(*pipe));

	assert_non_null(pipe);
	pipe->writer = (struct ring){
		.written = &pipe->written,
		.read = &pipe->read,
		.data = malloc(CAPACITY),
		.capacity = CAPACITY,
	};
	assert_non_null(pipe->writer.data);
	pipe->reader = pipe->writer;
	*state = pipe;
	return 0;
}

static int pipe_teardown(void **state)
{
	struct pipe *pipe = *state;

	free(pipe->writer.data);
	free(pipe);
	return 0;
}

static size_t put(struct pipe *pipe, const void *data, size_t size)
{
	size_t done;

	assert_true(ring_write(&pipe->writer, data, size, &done));
	return done;
}

static size_t take(struct pipe *pipe, void *data, size_t size)
{
	size_t done;

	assert_true(ring_read(&pipe->reader, data, size, &done));
	return done;
}

static void fill(uint8_t *bytes, size_t size, unsigned int first)
{
	size_t i;

	for (i = 0; i < size; i++)
		bytes[i] = (uint8_t)(first + i * 7);
}

/* Each length meets each place of the border sooner or later. */
static void wraps_around(void **state)
{
	struct pipe *pipe = *state;
	uint8_t in[1500], out[1500];
	unsigned int i;

	for (i = 0; i < 5000; i++) {
		size_t size = i * 37 % sizeof(in);

		fill(in, size, i);
		assert_int_equal(put(pipe, in, size), size);
		assert_int_equal(take(pipe, out, sizeof(out)), size);
		assert_memory_equal(in, out, size);
	}
	assert_int_equal(take(pipe, out, sizeof(out)), 0);
}

/* As above, with indices that pass 2^32 on the way. */
static void indices_wrap_around(void **state)
{
	struct pipe *pipe = *state;

	pipe->writer.index = pipe->reader.index = 0u - 2000;
	pipe->written.bytes = pipe->read.bytes = 0u - 2000;
	wraps_around(state);
}

static void full(void **state)
{
	struct pipe *pipe = *state;
	uint8_t in[CAPACITY + 100], out[CAPACITY];

	fill(in, sizeof(in), 3);
	assert_int_equal(put(pipe, in, 10), 10);
	assert_int_equal(put(pipe, in + 10, sizeof(in) - 10), CAPACITY - 10);
	assert_int_equal(put(pipe, in, 1), 0);
	assert_int_equal(take(pipe, out, 100), 100);
	assert_memory_equal(in, out, 100);
	assert_int_equal(put(pipe, in + CAPACITY, 200), 100);
	assert_int_equal(put(pipe, in, 1), 0);
	assert_int_equal(take(pipe, out, CAPACITY), CAPACITY);
	assert_memory_equal(in + 100, out, CAPACITY - 100);
}

/* What the other side claims lies within the capacity, or is an error. */
static void hostile_indices(void **state)
{
	static const uint32_t far[] = {
		CAPACITY + 1,	   CAPACITY * 2, 0x7fffffffu, 0x80000000u,
		0u - CAPACITY - 1, 0u - 2,	 0u - 1,
	};
	struct pipe *pipe = *state;
	uint8_t bytes[CAPACITY * 2] = {0};
	size_t done;
	size_t i;

	for (i = 0; i < sizeof(far) / sizeof(far[0]); i++) {
		/* A writer that has written that much. */
		pipe->written.bytes = far[i];
		assert_false(
			ring_read(&pipe->reader, bytes, sizeof(bytes), &done));
		assert_int_equal(done, 0);
		assert_int_equal(pipe->reader.index, 0);
		/* A reader that has read what is not there yet. */
		pipe->read.bytes = 0u - far[i];
		assert_false(
			ring_write(&pipe->writer, bytes, sizeof(bytes), &done));
		assert_int_equal(done, 0);
		assert_int_equal(pipe->writer.index, 0);
	}
	for (i = 0; i <= CAPACITY; i += 97) {
		pipe->written.bytes = pipe->reader.index + (uint32_t)i;
		assert_int_equal(take(pipe, bytes, sizeof(bytes)), i);
		pipe->read.bytes = pipe->writer.index - (uint32_t)i;
		assert_int_equal(put(pipe, bytes, sizeof(bytes)), CAPACITY - i);
	}
}

/* Our own index is what we remember, not what stands there. */
static void own_index_is_overwritten(void **state)
{
	struct pipe *pipe = *state;
	uint8_t bytes[4] = "abc", out[4];

	put(pipe, bytes, 4);
	pipe->read.bytes = 0;
	assert_int_equal(take(pipe, out, 2), 2);
	pipe->read.bytes = 0x12345;
	assert_int_equal(take(pipe, out, 4), 2);
	assert_memory_equal(out, "c", 2);
	pipe->read.bytes = 4;
	pipe->written.bytes = 0;
	put(pipe, bytes, 4);
	assert_int_equal(take(pipe, out, 4), 4);
	assert_memory_equal(out, "abc", 4);
}

/* Enough to go around a thousand times. */
#define FULL_SPEED_BYTES (4u << 20)

static void *write_all(void *context)
{
	struct pipe *pipe = context;
	uint8_t bytes[1021];
	uint32_t sent = 0;

	while (sent < FULL_SPEED_BYTES) {
		size_t size = 1 + sent % sizeof(bytes);
		size_t done = 0;

		if (size > FULL_SPEED_BYTES - sent)
			size = FULL_SPEED_BYTES - sent;
		fill(bytes, size, sent * 7);
		if (!ring_write(&pipe->writer, bytes, size, &done))
			return pipe;
		sent += (uint32_t)done;
		if (!done)
			sched_yield();
	}
	return NULL;
}

static void full_speed(void **state)
{
	struct pipe *pipe = *state;
	uint8_t bytes[1301], expected[1301];
	uint32_t received = 0;
	pthread_t thread;
	void *failed;

	assert_int_equal(pthread_create(&thread, NULL, write_all, pipe), 0);
	while (received < FULL_SPEED_BYTES) {
		size_t got = take(pipe, bytes, sizeof(bytes));

		fill(expected, got, received * 7);
		assert_memory_equal(bytes, expected, got);
		received += (uint32_t)got;
		if (!got)
			sched_yield();
	}
	pthread_join(thread, &failed);
	assert_null(failed);
}

/* Memory of a relay with two slots. */
struct memory {
	size_t size;
	uint8_t *bytes;
	struct ring_area area;
	struct ring_client client; /* of slot 0 */
};

static int memory_setup(void **state)
{
	struct memory *memory = calloc(1, sizeof(*memory));

	assert_non_null(memory);
	memory->size = ring_area_size(2);
	memory->bytes = aligned_alloc(RING_PAGE, memory->size);
	assert_non_null(memory->bytes);
	memset(memory->bytes, 0, memory->size);
	client_no_error(ring_area_format(&memory->area, memory->bytes,
					 memory->size, 16));
	assert_int_equal(memory->area.slots, 2);
	memory->client = (struct ring_client){
		.slot = ring_area_slot(&memory->area, 0),
		.max_message = MAX_MESSAGE,
		.message = malloc(RELAY_LENGTH_SIZE + MAX_MESSAGE),
		.reply = malloc(RELAY_LENGTH_SIZE + MAX_MESSAGE),
	};
	*state = memory;
	return 0;
}

static int memory_teardown(void **state)
{
	struct memory *memory = *state;

	free(memory->client.message);
	free(memory->client.reply);
	free(memory->bytes);
	free(memory);
	return 0;
}

static void refused(struct memory *memory, const char *text)
{
	struct ring_area area;

	client_error_says(ring_area_attach(&area, memory->bytes, memory->size),
			  text);
}

/* Each word of the header, one at a time, with values that it cannot have. */
static void hostile_header(void **state)
{
	static const uint32_t bad[] = {0,	   1,	       3,
				       4095,	   RING_PAGE,  RING_PAGE + 1,
				       1u << 25,   0x7fffffff, 0x80000000u,
				       0xfffff000, UINT32_MAX};
	struct memory *memory = *state;
	struct ring_header *header = memory->area.header;
	_Atomic uint32_t *const words[] = {&header->slots, &header->stride,
					   &header->request_capacity,
					   &header->reply_capacity};
	struct ring_area area;
	size_t i, j;

	client_no_error(ring_area_attach(&area, memory->bytes, memory->size));
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		uint32_t good = *words[i];

		for (j = 0; j < sizeof(bad) / sizeof(bad[0]); j++) {
			/* Fewer slots than there are do no harm. */
			if (words[i] == &header->slots && bad[j] == 1)
				continue;
			*words[i] = bad[j];
			refused(memory, "impossible layout");
		}
		*words[i] = good;
	}
	header->slots = 3;
	refused(memory, "impossible layout");
	/* Sums that would be right if they were cut to 32 bits. */
	header->request_capacity = header->reply_capacity = 1u << 31;
	header->stride = RING_PAGE;
	header->slots = 1;
	refused(memory, "impossible layout");
	header->version = 2;
	refused(memory, "unknown version");
	header->magic++;
	refused(memory, "nobody has ever served there");
}

static void too_small(void **state)
{
	struct memory *memory = *state;
	struct ring_area area;

	client_error_says(ring_area_attach(&area, memory->bytes, RING_PAGE - 1),
			  "nobody has ever served there");
	client_error_says(
		ring_area_attach(&area, memory->bytes, memory->size - 1),
		"impossible layout");
	client_error_says(ring_area_format(&area, memory->bytes,
					   ring_area_size(1) - 1, 1),
			  "bytes of shared memory");
	client_error_says(ring_area_format(&area, memory->bytes, 0, 1),
			  "bytes of shared memory");
}

/* The IDS's side by hand. */
static void come(struct memory *memory, uint64_t mark)
{
	struct ring_slot *slot = memory->client.slot;

	slot->owner = mark;
	slot->request_written.bytes = 0;
	slot->reply_read.bytes = 0;
	slot->opened = mark;
}

static void say_raw(struct memory *memory, const void *bytes, size_t size)
{
	struct ring_slot *slot = memory->client.slot;
	struct ring ring = ring_area_requests(&memory->area, slot);
	size_t done;

	ring.index = slot->request_written.bytes;
	assert_true(ring_write(&ring, bytes, size, &done));
	assert_int_equal(done, size);
}

static bool look(struct memory *memory, uint64_t now)
{
	return ring_client_look(&memory->client, &memory->area, now);
}

static void gone(struct memory *memory)
{
	assert_int_equal(memory->client.state, RING_CLIENT_NONE);
	assert_int_equal(memory->client.slot->accepted, 0);
	assert_int_equal(memory->client.slot->owner, 0);
}

static void one_message(void **state)
{
	struct memory *memory = *state;
	struct ring_client *client = &memory->client;
	struct ring replies =
		ring_area_replies(&memory->area, memory->client.slot);
	uint8_t reply[16];
	size_t got;

	assert_false(look(memory, 1));
	come(memory, 77);
	assert_true(look(memory, 2));
	assert_int_equal(client->slot->accepted, 77);
	assert_true(ring_client_is_idle(client));
	say_raw(memory, "\x03\0", 2);
	assert_true(look(memory, 3));
	assert_false(look(memory, 4));
	assert_false(ring_client_is_idle(client));
	say_raw(memory, "\0\0abc", 5);
	assert_true(look(memory, 5));
	assert_int_equal(client->state, RING_CLIENT_WAITING);
	assert_memory_equal(client->message, "\x03\0\0\0abc", 7);
	memcpy(client->reply + RELAY_LENGTH_SIZE, "xy", 2);
	ring_client_reply(client, 2, 6);
	assert_true(ring_client_is_idle(client));
	assert_true(ring_read(&replies, reply, sizeof(reply), &got));
	assert_int_equal(got, 6);
	assert_memory_equal(reply, "\x02\0\0\0xy", 6);
	client->slot->owner = 0;
	assert_true(look(memory, 7));
	gone(memory);
}

static void lengths_that_are_none(void **state)
{
	static const uint32_t lengths[] = {0, MAX_MESSAGE + 1, 0x80000000u,
					   UINT32_MAX - 3, UINT32_MAX};
	struct memory *memory = *state;
	size_t i;

	for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		uint32_t prefix = htole32(lengths[i]);

		come(memory, 5 + i);
		look(memory, 1);
		say_raw(memory, &prefix, sizeof(prefix));
		assert_true(look(memory, 2));
		gone(memory);
	}
}

/* The length, once taken, is what counts. */
static void length_changes(void **state)
{
	struct memory *memory = *state;
	struct ring_client *client = &memory->client;
	uint8_t *data = (uint8_t *)client->slot + RING_PAGE;

	come(memory, 5);
	look(memory, 1);
	say_raw(memory, "\x05\0\0\0ab", 6);
	look(memory, 2);
	memset(data, 0xff, 4);
	look(memory, 3);
	assert_int_equal(client->state, RING_CLIENT_RECEIVING);
	say_raw(memory, "cde", 3);
	look(memory, 4);
	assert_int_equal(client->state, RING_CLIENT_WAITING);
	assert_memory_equal(client->message, "\x05\0\0\0abcde", 9);
}

static void malformed_indices(void **state)
{
	struct memory *memory = *state;
	struct ring_client *client = &memory->client;

	come(memory, 5);
	look(memory, 1);
	client->slot->request_written.bytes = RING_REQUEST_CAPACITY + 1;
	assert_true(look(memory, 2));
	gone(memory);
	come(memory, 6);
	look(memory, 3);
	say_raw(memory, "\x01\0\0\0a", 5);
	look(memory, 4);
	client->slot->reply_read.bytes = 1;
	ring_client_reply(client, 1, 5);
	gone(memory);
}

/* Somebody else's mark is there: whoever it is, it begins anew. */
static void owner_changes(void **state)
{
	struct memory *memory = *state;

	come(memory, 5);
	look(memory, 1);
	say_raw(memory, "\x05\0\0\0ab", 6);
	look(memory, 2);
	come(memory, 6);
	assert_true(look(memory, 3));
	assert_int_equal(memory->client.slot->accepted, 0);
	assert_int_equal(memory->client.slot->owner, 6);
	assert_true(look(memory, 4));
	assert_int_equal(memory->client.slot->accepted, 6);
	say_raw(memory, "\x01\0\0\0z", 5);
	look(memory, 5);
	assert_int_equal(memory->client.state, RING_CLIENT_WAITING);
	assert_memory_equal(memory->client.message, "\x01\0\0\0z", 5);
}

static void dead_clients(void **state)
{
	struct memory *memory = *state;
	struct ring_client *client = &memory->client;

	/* It died between claiming and opening. */
	client->slot->owner = 9;
	client->slot->opened = 0;
	look(memory, 1000);
	look(memory, 1999);
	assert_int_equal(client->slot->owner, 9);
	look(memory, 2000);
	gone(memory);
	/* It died in the middle of a message. */
	come(memory, 10);
	look(memory, 3000);
	say_raw(memory, "\x05\0\0\0ab", 6);
	look(memory, 4000);
	assert_false(
		ring_client_is_late(client, 3999 + SERVER_STALL_MS, 300000));
	assert_true(
		ring_client_is_late(client, 4000 + SERVER_STALL_MS, 300000));
	/* It never takes its reply: that is not waited for either. */
	say_raw(memory, "cde", 3);
	look(memory, 5000);
	client->slot->reply_read.bytes = 0u - RING_REPLY_CAPACITY;
	ring_client_reply(client, 100, 6000);
	assert_int_equal(client->state, RING_CLIENT_SENDING);
	assert_true(
		ring_client_is_late(client, 6000 + SERVER_STALL_MS, 300000));
}

/* Whoever has just seen that it is served may write for a moment more. */
static void leaves_in_two_steps(void **state)
{
	struct memory *memory = *state;
	struct ring_client *client = &memory->client;

	come(memory, 10);
	look(memory, 0);
	assert_false(ring_client_is_late(client, 4999, 5000));
	assert_true(ring_client_is_late(client, 5000, 5000));
	ring_client_let_go(client, 5000);
	assert_int_equal(client->slot->accepted, 0);
	say_raw(memory, "\x05\0\0\0ab", 6);
	look(memory, 5001);
	assert_int_equal(client->slot->owner, 10);
	look(memory, 5100);
	gone(memory);
}

#define PIPE(test) \
	cmocka_unit_test_setup_teardown(test, pipe_setup, pipe_teardown)
#define MEMORY(test) \
	cmocka_unit_test_setup_teardown(test, memory_setup, memory_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PIPE(wraps_around),
		PIPE(indices_wrap_around),
		PIPE(full),
		PIPE(hostile_indices),
		PIPE(own_index_is_overwritten),
		PIPE(full_speed),
		MEMORY(hostile_header),
		MEMORY(too_small),
		MEMORY(one_message),
		MEMORY(lengths_that_are_none),
		MEMORY(length_changes),
		MEMORY(malformed_indices),
		MEMORY(owner_changes),
		MEMORY(dead_clients),
		MEMORY(leaves_in_two_steps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
