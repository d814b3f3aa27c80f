/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * An IDS, an agent that serves as `fathom agent` does, and between them, over
 * TCP, a relay that is the attacker's. Whatever he does is detected: the error
 * names it, or the call recovers, and whoever watches hears of it.
 */
#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fathom/channel.h>
#include <fathom/incident.h>
#include <fathom/transport.h>

#include "agent_client.h"
#include "endpoint.h"
#include "hostile_relay.h"
#include "test_clock.h"

#include <cmocka.h>

/* Where two tasks of the dump have their `next`. */
#define TASK	   0x10000u
#define OTHER_TASK 0x20000u

#define TIMEOUT_MS 1000u

static struct agent_server agent;
static struct hostile_relay relay;

/* What was heard, by kind; the last message of each. */
static unsigned int heard[FATHOM_INCIDENT_RECOVERED + 1];
static char messages[FATHOM_INCIDENT_RECOVERED + 1][512];

static void hear(void *context, enum fathom_incident kind, const char *message)
{
	(void)context;
	heard[kind]++;
	snprintf(messages[kind], sizeof(messages[kind]), "%s", message);
}

static int setup(void **state)
{
	(void)state;
	agent_server_start(&agent, 3);
	hostile_start(&relay, agent.address);
	memset(heard, 0, sizeof(heard));
	fathom_incident_observe(hear, NULL);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	fathom_incident_observe(NULL, NULL);
	hostile_stop(&relay);
	agent_server_stop(&agent);
	return 0;
}

static struct fathom_error *try_open(const char *address,
				     unsigned int reconnect_ms,
				     struct fathom_channel **ret)
{
	const struct fathom_transport_patience patience = {
		.timeout_ms = TIMEOUT_MS,
		.reconnect_ms = reconnect_ms,
	};
	struct fathom_transport *transport;
	struct fathom_error *error;

	error = fathom_transport_open_tcp(address, &patience, &transport);
	return error ? error
		     : fathom_sealed_channel_open(transport, ids_key(),
						  agent.public_key, ret);
}

static struct fathom_channel *open_channel(unsigned int reconnect_ms)
{
	struct fathom_channel *channel = NULL;

	client_no_error(try_open(relay.address, reconnect_ms, &channel));
	return channel;
}

static void close_channel(struct fathom_channel *channel)
{
	channel->ops->destroy(channel);
}

static void expect_at(uint64_t address, const uint8_t *bytes, size_t size)
{
	uint8_t truth[4096];

	assert_int_equal(pread(agent.dump, truth, size, (off_t)address), size);
	assert_memory_equal(bytes, truth, size);
}

static struct fathom_error *read_at(struct fathom_channel *channel,
				    uint64_t address, uint8_t bytes[8])
{
	uint32_t status = FATHOM_WIRE_OK;

	memset(bytes, 0, 8);
	return client_read(channel, FATHOM_SPACE_PHYSICAL, address, bytes, 8,
			   &status);
}

static void works(struct fathom_channel *channel)
{
	uint8_t bytes[8];

	client_no_error(read_at(channel, TASK, bytes));
	expect_at(TASK, bytes, sizeof(bytes));
}

/* The call fails, says @text, and an incident of @kind is heard. */
static void detected(struct fathom_channel *channel, const char *text,
		     enum fathom_incident kind)
{
	unsigned int before = heard[kind];
	uint8_t bytes[8];

	client_error_says(read_at(channel, TASK, bytes), text);
	assert_true(heard[kind] > before);
	assert_non_null(strstr(messages[kind], text));
}

static uint16_t type_of(const struct frame *frame)
{
	struct fathom_seal_header header;

	if (frame->size < sizeof(header))
		return 0;
	memcpy(&header, frame->bytes, sizeof(header));
	return header.type;
}

static void pass(struct hostile_relay *hostile, bool reply,
		 const struct frame *frame)
{
	hostile_send(hostile, reply, frame);
}

static struct frame scratch; /* the relay's thread's */

/* One byte of frames of one type, at relay.position. */
static void flip(struct hostile_relay *hostile, bool reply,
		 const struct frame *frame, uint16_t type)
{
	memcpy(scratch.bytes, frame->bytes, frame->size);
	scratch.size = frame->size;
	if (type_of(frame) == type && hostile->position < frame->size)
		scratch.bytes[hostile->position] ^= 1;
	hostile_send(hostile, reply, &scratch);
}

static void flip_request(struct hostile_relay *hostile, bool reply,
			 const struct frame *frame)
{
	flip(hostile, reply, frame, FATHOM_SEAL_REQUEST);
}

static void flip_reply(struct hostile_relay *hostile, bool reply,
		       const struct frame *frame)
{
	flip(hostile, reply, frame, FATHOM_SEAL_REPLY);
}

/* In a sealed READ of one item. */
#define IN_ITEM(member)                                                        \
	(sizeof(struct fathom_seal_header) +                                   \
	 sizeof(struct fathom_wire_header) + sizeof(struct fathom_wire_read) + \
	 offsetof(struct fathom_wire_read_item, member))

/* AES-GCM lets who knows the text change what it decrypts to; the tag tells. */
static void altered_requests(void **state)
{
	static const size_t positions[] = {
		IN_ITEM(address),
		IN_ITEM(address) + 3,
		IN_ITEM(length),
		IN_ITEM(space),
		sizeof(struct fathom_seal_header),
		offsetof(struct fathom_seal_header, counter),
		offsetof(struct fathom_seal_header, session),
	};
	struct fathom_channel *channel = open_channel(0);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(positions) / sizeof(positions[0]); i++) {
		relay.position = positions[i];
		relay.attack = flip_request;
		detected(channel, "did not reach it unaltered",
			 FATHOM_INCIDENT_SILENT);
		relay.attack = NULL;
		/* The agent's patience with handshakes. */
		sleep_ms(200);
		works(channel);
	}
	close_channel(channel);
}

static void altered_replies(void **state)
{
	static const size_t positions[] = {
		0,
		offsetof(struct fathom_seal_header, length),
		offsetof(struct fathom_seal_header, counter),
		offsetof(struct fathom_seal_header, session),
		sizeof(struct fathom_seal_header) +
			offsetof(struct fathom_wire_header, status),
		sizeof(struct fathom_seal_header) +
			sizeof(struct fathom_wire_header) +
			sizeof(struct fathom_wire_read_reply) +
			sizeof(struct fathom_wire_read_result),
	};
	struct fathom_channel *channel = open_channel(0);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(positions) / sizeof(positions[0]); i++) {
		relay.position = positions[i];
		relay.attack = flip_reply;
		detected(channel, "altered", FATHOM_INCIDENT_UNAUTHENTIC);
		relay.attack = NULL;
		sleep_ms(100);
		works(channel);
	}
	close_channel(channel);
}

/* Keep the first reply; answer all later requests with it. */
static void old_answer(struct hostile_relay *hostile, bool reply,
		       const struct frame *frame)
{
	if (type_of(frame) == FATHOM_SEAL_REPLY && !hostile->kept_count++)
		hostile->kept[0] = *frame;
	hostile_send(hostile, reply,
		     type_of(frame) == FATHOM_SEAL_REPLY ? &hostile->kept[0]
							 : frame);
}

/* The same, under the header that is expected. */
static void old_answer_disguised(struct hostile_relay *hostile, bool reply,
				 const struct frame *frame)
{
	if (type_of(frame) != FATHOM_SEAL_REPLY) {
		hostile_send(hostile, reply, frame);
		return;
	}
	if (!hostile->kept_count++)
		hostile->kept[0] = *frame;
	scratch = hostile->kept[0];
	memcpy(scratch.bytes, frame->bytes, sizeof(struct fathom_seal_header));
	hostile_send(hostile, reply, &scratch);
}

/* The papers' attack: the process list from before the intrusion. */
static void process_list_from_before(void **state)
{
	struct fathom_channel *channel = open_channel(0);

	(void)state;
	relay.attack = old_answer;
	works(channel);
	assert_int_equal(pwrite(agent.dump, "intruder", 8, TASK), 8);
	detected(channel, "replayed", FATHOM_INCIDENT_UNAUTHENTIC);
	relay.attack = NULL;
	relay.kept_count = 0;
	works(channel);
	relay.attack = old_answer_disguised;
	works(channel);
	assert_int_equal(pwrite(agent.dump, "and more", 8, TASK), 8);
	detected(channel, "altered on the way", FATHOM_INCIDENT_UNAUTHENTIC);
	relay.attack = NULL;
	works(channel);
	close_channel(channel);
}

/* Keep the request for the other task; say that again instead of the next. */
static void other_task(struct hostile_relay *hostile, bool reply,
		       const struct frame *frame)
{
	bool keep = type_of(frame) == FATHOM_SEAL_REQUEST;

	if (keep && !hostile->kept_count++)
		hostile->kept[0] = *frame;
	hostile_send(hostile, reply, keep ? &hostile->kept[0] : frame);
}

/* The papers' other attack: ask for another task's `next`, to hide one. */
static void next_of_another_task(void **state)
{
	struct fathom_channel *channel = open_channel(0);
	uint8_t bytes[8];

	(void)state;
	relay.attack = other_task;
	client_no_error(read_at(channel, OTHER_TASK, bytes));
	expect_at(OTHER_TASK, bytes, sizeof(bytes));
	detected(channel, "did not reach it unaltered", FATHOM_INCIDENT_SILENT);
	/* Its answer instead, if not its request. */
	relay.attack = NULL;
	works(channel);
	relay.kept_count = 0;
	relay.attack = old_answer_disguised;
	client_no_error(read_at(channel, OTHER_TASK, bytes));
	detected(channel, "answers another request",
		 FATHOM_INCIDENT_UNAUTHENTIC);
	close_channel(channel);
}

/* Requests from now on come to nothing: relay.position of them. */
static void drop_requests(struct hostile_relay *hostile, bool reply,
			  const struct frame *frame)
{
	if (type_of(frame) == FATHOM_SEAL_REQUEST &&
	    hostile->seen++ < hostile->position)
		return;
	hostile_send(hostile, reply, frame);
}

static void drop_replies(struct hostile_relay *hostile, bool reply,
			 const struct frame *frame)
{
	if (type_of(frame) == FATHOM_SEAL_REPLY &&
	    hostile->seen++ < hostile->position)
		return;
	hostile_send(hostile, reply, frame);
}

/* Dropped once, it is asked for again; always, it is an error in time. */
static void dropped_by(hostile_attack drop)
{
	struct fathom_channel *channel = open_channel(900);
	double begun;

	relay.seen = 0;
	relay.position = 1;
	relay.attack = drop;
	works(channel);
	assert_int_equal(heard[FATHOM_INCIDENT_TIMEOUT], 1);
	assert_int_equal(heard[FATHOM_INCIDENT_RECOVERED], 1);
	relay.position = 1000;
	begun = seconds();
	detected(channel, "no answer within", FATHOM_INCIDENT_TIMEOUT);
	assert_true(seconds() - begun < 4);
	relay.attack = NULL;
	works(channel);
	close_channel(channel);
	heard[FATHOM_INCIDENT_TIMEOUT] = 0;
	heard[FATHOM_INCIDENT_RECOVERED] = 0;
}

static void dropped_frames(void **state)
{
	(void)state;
	dropped_by(drop_requests);
	dropped_by(drop_replies);
}

static void double_replies(struct hostile_relay *hostile, bool reply,
			   const struct frame *frame)
{
	hostile_send(hostile, reply, frame);
	if (type_of(frame) == FATHOM_SEAL_REPLY)
		hostile_send(hostile, reply, frame);
}

static void double_requests(struct hostile_relay *hostile, bool reply,
			    const struct frame *frame)
{
	hostile_send(hostile, reply, frame);
	if (type_of(frame) == FATHOM_SEAL_REQUEST)
		hostile_send(hostile, reply, frame);
}

static unsigned int heard_of_attacks(void)
{
	return heard[FATHOM_INCIDENT_UNAUTHENTIC] +
	       heard[FATHOM_INCIDENT_SILENT] + heard[FATHOM_INCIDENT_SURPLUS];
}

/*
 * What comes twice is found to be too much before the next call, or is taken
 * for its answer, and is found not to be that.
 */
static void doubled_by(hostile_attack twice)
{
	struct fathom_channel *channel = open_channel(0);
	unsigned int before = heard_of_attacks();
	uint8_t bytes[8];
	int i;

	relay.attack = twice;
	for (i = 0; i < 3; i++) {
		struct fathom_error *error = read_at(channel, TASK, bytes);

		if (!error)
			expect_at(TASK, bytes, sizeof(bytes));
		fathom_error_destroy(error);
		sleep_ms(20);
	}
	assert_true(heard_of_attacks() > before);
	relay.attack = NULL;
	sleep_ms(100);
	works(channel);
	close_channel(channel);
}

static void doubled_frames(void **state)
{
	(void)state;
	doubled_by(double_replies);
	doubled_by(double_requests);
}

/* Three reads in flight. */
struct reads {
	uint8_t requests[3][256];
	struct fathom_channel_request list[3];
	uint8_t *reply;
	size_t taken;
};

static struct fathom_error *take_read(void *context, size_t index, size_t size)
{
	const size_t before = sizeof(struct fathom_wire_header) +
			      sizeof(struct fathom_wire_read_reply) +
			      sizeof(struct fathom_wire_read_result);
	struct reads *reads = context;

	assert_int_equal(index, reads->taken);
	assert_int_equal(size, before + 8);
	expect_at(TASK + 4096 * index, reads->reply + before, 8);
	reads->taken++;
	return NULL;
}

static struct fathom_error *read_three(struct fathom_channel *channel,
				       struct reads *reads)
{
	const struct fathom_wire_header header = {
		.magic = FATHOM_WIRE_MAGIC,
		.version = FATHOM_WIRE_VERSION,
		.type = FATHOM_WIRE_READ,
		.length = sizeof(struct fathom_wire_read) +
			  sizeof(struct fathom_wire_read_item),
	};
	const struct fathom_wire_read read = {.count = 1};
	struct fathom_error *error;
	size_t i;

	reads->taken = 0;
	reads->reply = malloc(FATHOM_WIRE_MAX_REPLY);
	assert_non_null(reads->reply);
	for (i = 0; i < 3; i++) {
		struct fathom_wire_read_item item = {
			.space = FATHOM_SPACE_PHYSICAL,
			.address = TASK + 4096 * i,
			.length = 8,
		};
		uint8_t *at = reads->requests[i];

		memcpy(at, &header, sizeof(header));
		memcpy(at + sizeof(header), &read, sizeof(read));
		memcpy(at + sizeof(header) + sizeof(read), &item, sizeof(item));
		reads->list[i].bytes = at;
		reads->list[i].size = sizeof(header) + header.length;
	}
	error = channel->ops->call_many(channel, reads->list, 3, reads->reply,
					FATHOM_WIRE_MAX_REPLY, take_read,
					reads);
	free(reads->reply);
	return error;
}

static void three_work(struct fathom_channel *channel)
{
	struct reads reads;

	client_no_error(read_three(channel, &reads));
	assert_int_equal(reads.taken, 3);
}

/* Two frames of one type change places. */
static void swap(struct hostile_relay *hostile, bool reply,
		 const struct frame *frame, uint16_t type)
{
	if (type_of(frame) != type) {
		hostile_send(hostile, reply, frame);
	} else if (!hostile->kept_count) {
		hostile->kept[0] = *frame;
		hostile->kept_count = 1;
	} else {
		hostile_send(hostile, reply, frame);
		hostile_send(hostile, reply, &hostile->kept[0]);
		hostile->kept_count = 0;
		hostile->attack = pass;
	}
}

static void swap_requests(struct hostile_relay *hostile, bool reply,
			  const struct frame *frame)
{
	swap(hostile, reply, frame, FATHOM_SEAL_REQUEST);
}

static void swap_replies(struct hostile_relay *hostile, bool reply,
			 const struct frame *frame)
{
	swap(hostile, reply, frame, FATHOM_SEAL_REPLY);
}

static void reordered_by(hostile_attack reorder)
{
	struct fathom_channel *channel = open_channel(0);
	unsigned int before = heard[FATHOM_INCIDENT_UNAUTHENTIC];
	struct reads reads;

	three_work(channel);
	relay.kept_count = 0;
	relay.attack = reorder;
	client_error_says(read_three(channel, &reads), "out of order");
	assert_int_equal(reads.taken, 0);
	assert_int_equal(heard[FATHOM_INCIDENT_UNAUTHENTIC], before + 1);
	relay.attack = NULL;
	sleep_ms(100);
	three_work(channel);
	close_channel(channel);
}

static void reordered_in_flight(void **state)
{
	(void)state;
	reordered_by(swap_requests);
	reordered_by(swap_replies);
}

/* The connection is cut in the middle of three: what is left is asked again. */
static void cut_after_one(struct hostile_relay *hostile, bool reply,
			  const struct frame *frame)
{
	hostile_send(hostile, reply, frame);
	if (type_of(frame) != FATHOM_SEAL_REPLY)
		return;
	hostile->attack = NULL;
	hostile_hang_up(hostile);
}

static void lost_in_flight(void **state)
{
	struct fathom_channel *channel = open_channel(5000);
	unsigned int connections;

	(void)state;
	three_work(channel);
	connections = relay.connections;
	relay.attack = cut_after_one;
	three_work(channel);
	assert_int_equal(relay.connections, connections + 1);
	assert_int_equal(heard[FATHOM_INCIDENT_LOST], 1);
	assert_int_equal(heard[FATHOM_INCIDENT_RECOVERED], 1);
	/* In the same session: nobody has been silent. */
	assert_int_equal(heard[FATHOM_INCIDENT_SILENT], 0);
	close_channel(channel);
}

static void half_a_reply(struct hostile_relay *hostile, bool reply,
			 const struct frame *frame)
{
	uint32_t prefix = (uint32_t)frame->size;

	if (type_of(frame) != FATHOM_SEAL_REPLY) {
		hostile_send(hostile, reply, frame);
		return;
	}
	hostile_send_bytes(hostile, reply, &prefix, sizeof(prefix));
	hostile_send_bytes(hostile, reply, frame->bytes, frame->size / 2);
	hostile_hang_up(hostile);
}

static void shorter_reply(struct hostile_relay *hostile, bool reply,
			  const struct frame *frame)
{
	scratch = *frame;
	if (type_of(frame) == FATHOM_SEAL_REPLY)
		scratch.size /= 2;
	hostile_send(hostile, reply, &scratch);
}

static void truncated_frames(void **state)
{
	struct fathom_channel *channel = open_channel(0);

	(void)state;
	relay.attack = half_a_reply;
	detected(channel, "has hung up", FATHOM_INCIDENT_LOST);
	relay.attack = shorter_reply;
	detected(channel, "cut short", FATHOM_INCIDENT_UNAUTHENTIC);
	relay.attack = NULL;
	works(channel);
	close_channel(channel);
}

static void delay_replies(struct hostile_relay *hostile, bool reply,
			  const struct frame *frame)
{
	if (type_of(frame) == FATHOM_SEAL_REPLY &&
	    hostile->seen++ < hostile->position)
		sleep_ms(2 * TIMEOUT_MS);
	hostile_send(hostile, reply, frame);
}

/* Too late, it is asked for again; the late reply is taken for no other's. */
static void delayed_frames(void **state)
{
	struct fathom_channel *channel = open_channel(3000);
	uint8_t bytes[8];

	(void)state;
	relay.position = 1;
	relay.attack = delay_replies;
	client_no_error(read_at(channel, OTHER_TASK, bytes));
	expect_at(OTHER_TASK, bytes, sizeof(bytes));
	assert_int_equal(heard[FATHOM_INCIDENT_TIMEOUT], 1);
	assert_int_equal(heard[FATHOM_INCIDENT_RECOVERED], 1);
	works(channel);
	close_channel(channel);
}

/* Replies of the session before, in this one. */
static void reply_of_another_session(void **state)
{
	struct fathom_channel *first = open_channel(0);
	struct fathom_channel *second;

	(void)state;
	relay.attack = old_answer;
	works(first);
	close_channel(first);
	second = open_channel(0);
	detected(second, "of another session", FATHOM_INCIDENT_UNAUTHENTIC);
	close_channel(second);
	relay.kept_count = 0;
	relay.attack = old_answer_disguised;
	first = open_channel(0);
	works(first);
	close_channel(first);
	second = open_channel(0);
	detected(second, "altered on the way", FATHOM_INCIDENT_UNAUTHENTIC);
	close_channel(second);
}

/* An agent of the attacker's, who has all but the key. */
static void another_agent(void **state)
{
	static struct agent_server other;
	struct fathom_channel *channel = open_channel(0);
	struct fathom_channel *none = NULL;

	(void)state;
	agent_server_start(&other, 9);
	works(channel);
	relay.onward = other.address;
	relay.attack = cut_after_one;
	works(channel);
	detected(channel, "the agent keeps silent", FATHOM_INCIDENT_SILENT);
	client_error_says(try_open(relay.address, 0, &none),
			  "the agent keeps silent");
	relay.onward = agent.address;
	close_channel(channel);
	agent_server_stop(&other);
}

static void greet_with_garbage(struct hostile_relay *hostile)
{
	uint8_t garbage[64];

	memset(garbage, 0xa5, sizeof(garbage));
	hostile_send_bytes(hostile, true, garbage, sizeof(garbage));
}

static void garbage_before_the_handshake(void **state)
{
	struct fathom_channel *channel = NULL;
	struct fathom_error *error;

	(void)state;
	relay.greet = greet_with_garbage;
	error = try_open(relay.address, 0, &channel);
	client_error_says(error, "announces a reply of");
	assert_true(heard[FATHOM_INCIDENT_UNAUTHENTIC] > 0);
}

static void drop_all(struct hostile_relay *hostile, bool reply,
		     const struct frame *frame)
{
	(void)hostile;
	(void)reply;
	(void)frame;
}

static void answers_nothing(void **state)
{
	struct fathom_channel *channel = open_channel(600);
	struct fathom_channel *none = NULL;
	double begun = seconds();

	(void)state;
	relay.attack = drop_all;
	detected(channel, "no answer within", FATHOM_INCIDENT_TIMEOUT);
	assert_true(seconds() - begun < 10);
	begun = seconds();
	client_error_says(try_open(relay.address, 1000, &none),
			  "no answer within");
	assert_true(seconds() - begun < 10);
	relay.attack = NULL;
	works(channel);
	close_channel(channel);
}

/* A relay that is restarted, or an agent: the one is resumed, the other anew.
 */
static void restarts(void **state)
{
	struct fathom_channel *channel = open_channel(5000);

	(void)state;
	works(channel);
	agent_server_restart(&agent);
	works(channel);
	assert_int_equal(heard[FATHOM_INCIDENT_SILENT], 1);
	assert_true(heard[FATHOM_INCIDENT_RECOVERED] >= 1);
	close_channel(channel);
}

static int connect_to_agent(void)
{
	struct endpoint endpoint;
	int fd = -1;

	client_no_error(endpoint_parse(agent.address, &endpoint));
	fathom_error_destroy(endpoint_connect(&endpoint, &fd));
	return fd;
}

/* What a client without a key says to the agent. */
static void garbage_to_the_agent(void **state)
{
	static const char *const garbage[] = {
		"",
		"\0\0\0\0",
		"\xff\xff\xff\xff",
		"\x10\0\0\0sixteen bytes ...",
		"GET / HTTP/1.1\r\n\r\n",
	};
	static const size_t sizes[] = {0, 4, 4, 20, 18};
	struct fathom_channel *channel = open_channel(0);
	size_t i, j;

	(void)state;
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		for (j = 0; j <= sizes[i]; j++) {
			int fd = connect_to_agent();

			(void)!send(fd, garbage[i], j, MSG_NOSIGNAL);
			close(fd);
		}
		works(channel);
	}
	assert_int_equal(heard_of_attacks(), 0);
	close_channel(channel);
}

static bool try_open_quietly(struct fathom_channel **ret)
{
	struct fathom_error *error = try_open(agent.address, 0, ret);
	bool failed = error;

	fathom_error_destroy(error);
	return failed;
}

#define CONNECTIONS 10000
#define AT_ONCE	    200

/*
 * Idle and half-open connections, of which each says the beginning of a
 * message. The IDS that is there is served meanwhile, another one afterwards.
 */
static void ten_thousand_connections(void **state)
{
	static int fds[AT_ONCE];
	struct fathom_channel *channel = NULL;
	struct fathom_channel *late = NULL;
	double begun;
	size_t i;

	(void)state;
	client_no_error(try_open(agent.address, 0, &channel));
	works(channel);
	for (i = 0; i < AT_ONCE; i++)
		fds[i] = -1;
	for (i = 0; i < CONNECTIONS; i++) {
		if (fds[i % AT_ONCE] >= 0)
			close(fds[i % AT_ONCE]);
		fds[i % AT_ONCE] = connect_to_agent();
		if (i % 2)
			(void)!send(fds[i % AT_ONCE], "\x80", 1, MSG_NOSIGNAL);
		if (i % 500 == 0)
			works(channel);
	}
	works(channel);
	/* Nobody was lost on the way, nor was anything asked twice. */
	assert_int_equal(heard[FATHOM_INCIDENT_LOST], 0);
	assert_int_equal(heard[FATHOM_INCIDENT_TIMEOUT], 0);
	for (i = 0; i < AT_ONCE; i++) {
		if (fds[i] >= 0)
			close(fds[i]);
	}
	begun = seconds();
	while (try_open_quietly(&late))
		assert_true(seconds() - begun < 10);
	works(late);
	close_channel(late);
	close_channel(channel);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(altered_requests),
		TEST(altered_replies),
		TEST(process_list_from_before),
		TEST(next_of_another_task),
		TEST(dropped_frames),
		TEST(doubled_frames),
		TEST(reordered_in_flight),
		TEST(lost_in_flight),
		TEST(truncated_frames),
		TEST(delayed_frames),
		TEST(reply_of_another_session),
		TEST(another_agent),
		TEST(garbage_before_the_handshake),
		TEST(answers_nothing),
		TEST(restarts),
		TEST(garbage_to_the_agent),
		TEST(ten_thousand_connections),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
