/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The sealed agent against everybody who may send it bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "../read_request.h"
#include "seal_rig.h"
#include "sessions.h"

#include <cmocka.h>

#define SESSIONS FATHOM_SEALED_AGENT_SESSIONS

/* Large, and one test at a time. */
static struct rig_message message;
static struct rig_message other;
static struct rig_message reply;
static uint8_t plain[RIG_MAX_REPLY];

static void serves_whom_it_knows(void **state)
{
	struct rig *rig = *state;
	struct rig_ids ids;
	uint32_t i;

	for (i = 0; i < RIG_SERVED; i++) {
		rig_ids_open(rig, i, &ids);
		rig_handshake(rig, &ids);
		assert_true(rig_serves(rig, &ids, 1));
		assert_true(rig_serves(rig, &ids, 2));
		rig_ids_close(&ids);
	}
}

/* What comes out is what the core says without sealing. */
static void reply_is_the_cores(void **state)
{
	struct rig *rig = *state;
	struct fathom_wire_header request = {
		.magic = FATHOM_WIRE_MAGIC,
		.version = FATHOM_WIRE_VERSION,
		.type = FATHOM_WIRE_INFO,
	};
	static uint8_t wanted[RIG_MAX_REPLY];
	struct rig_ids ids;
	size_t size;

	rig_ids_open(rig, 0, &ids);
	rig_handshake(rig, &ids);
	rig_seal(&ids, 1, &request, sizeof(request), &message);
	rig_send(rig, message.bytes, message.size, &reply);
	size = fathom_agent_handle(&rig->machine->agent, &request,
				   sizeof(request), wanted, sizeof(wanted));
	assert_int_equal(rig_open(&ids, &message, &reply, plain), size);
	assert_memory_equal(plain, wanted, size);
	rig_ids_close(&ids);
}

/* Each byte, a different bit each time, and all bits. */
static void nothing_altered_is_answered(struct rig *rig,
					struct rig_message *sent)
{
	size_t i;

	for (i = 0; i < sent->size; i++) {
		uint8_t right = sent->bytes[i];

		/* So that silence is never the rate limit's. */
		rig->now += 1000;
		sent->bytes[i] = right ^ (uint8_t)(1 << i % 8);
		assert_true(rig_silent(rig, sent));
		sent->bytes[i] = right ^ 0xff;
		assert_true(rig_silent(rig, sent));
		sent->bytes[i] = right;
	}
}

/* As if cut off anywhere, or with something after it. */
static void no_other_length_is_answered(struct rig *rig,
					struct rig_message *sent)
{
	size_t right = sent->size;

	for (sent->size = 0; sent->size < right; sent->size++) {
		rig->now += 1000;
		assert_true(rig_silent(rig, sent));
	}
	memset(sent->bytes + right, 0, 32);
	for (sent->size = right + 1; sent->size <= right + 32; sent->size++) {
		rig->now += 1000;
		assert_true(rig_silent(rig, sent));
	}
	sent->size = right;
}

/* And none of the attempts uses up the time of the true one. */
static void altered_hello(void **state)
{
	struct rig *rig = *state;
	struct rig_ids ids;

	rig_ids_open(rig, 0, &ids);
	rig_hello(&ids, rig->agent_key, UINT64_MAX, &message);
	nothing_altered_is_answered(rig, &message);
	no_other_length_is_answered(rig, &message);
	rig->now += 1000;
	rig_send(rig, message.bytes, message.size, &reply);
	assert_true(rig_welcome(&ids, &reply));
	assert_true(rig_serves(rig, &ids, 1));
	rig_ids_close(&ids);
}

/* And none of the attempts uses up the number of the true one. */
static void altered_request(void **state)
{
	struct rig *rig = *state;
	struct rig_ids ids;

	rig_ids_open(rig, 0, &ids);
	rig_handshake(rig, &ids);
	rig_seal_read(&ids, 1, &message);
	nothing_altered_is_answered(rig, &message);
	no_other_length_is_answered(rig, &message);
	rig_send(rig, message.bytes, message.size, &reply);
	assert_int_not_equal(rig_open(&ids, &message, &reply, plain), SIZE_MAX);
	rig_ids_close(&ids);
}

/* What an IDS must check is there to be checked. */
static void altered_reply(void **state)
{
	struct rig *rig = *state;
	struct rig_ids ids;
	size_t i;

	rig_ids_open(rig, 0, &ids);
	rig_handshake(rig, &ids);
	rig_seal_read(&ids, 1, &message);
	rig_send(rig, message.bytes, message.size, &reply);
	for (i = 0; i < reply.size; i++) {
		memset(plain, 0xa5, sizeof(plain));
		reply.bytes[i] ^= (uint8_t)(1 << i % 8);
		assert_int_equal(rig_open(&ids, &message, &reply, plain),
				 SIZE_MAX);
		/* Nothing that was not authentic is left lying about. */
		assert_false(
			rig_contains(plain, sizeof(plain), rig->secret, 8));
		reply.bytes[i] ^= (uint8_t)(1 << i % 8);
	}
	assert_int_not_equal(rig_open(&ids, &message, &reply, plain), SIZE_MAX);
	rig_ids_close(&ids);
}

static void replayed_request(void **state)
{
	struct rig *rig = *state;
	struct rig_ids ids;

	rig_ids_open(rig, 0, &ids);
	rig_handshake(rig, &ids);
	rig_seal_read(&ids, 1, &message);
	assert_false(rig_silent(rig, &message));
	assert_true(rig_silent(rig, &message));
	assert_true(rig_serves(rig, &ids, 2));
	assert_true(rig_silent(rig, &message));
	rig_ids_close(&ids);
}

static void old_numbers(void **state)
{
	struct rig *rig = *state;
	struct rig_ids ids;
	uint64_t counter;

	rig_ids_open(rig, 0, &ids);
	rig_handshake(rig, &ids);
	/* Some may be lost on the way: upwards is all that is asked. */
	assert_true(rig_serves(rig, &ids, 10));
	for (counter = 0; counter <= 10; counter++) {
		rig_seal_read(&ids, counter, &message);
		assert_true(rig_silent(rig, &message));
	}
	assert_true(rig_serves(rig, &ids, 11));
	assert_true(rig_serves(rig, &ids, UINT64_C(1) << 40));
	assert_false(rig_serves(rig, &ids, 12));
	rig_ids_close(&ids);
}

/* A delayed request that is overtaken is worth nothing. */
static void reordered_requests(void **state)
{
	struct rig *rig = *state;
	struct rig_ids ids;

	rig_ids_open(rig, 0, &ids);
	rig_handshake(rig, &ids);
	rig_seal_read(&ids, 1, &message);
	rig_seal_read(&ids, 2, &other);
	assert_false(rig_silent(rig, &other));
	assert_true(rig_silent(rig, &message));
	rig_ids_close(&ids);
}

static void numbers_end(void **state)
{
	struct rig *rig = *state;
	struct rig_ids ids;

	rig_ids_open(rig, 0, &ids);
	rig_handshake(rig, &ids);
	rig_seal_read(&ids, UINT64_MAX, &message);
	assert_true(rig_silent(rig, &message));
	assert_true(rig_serves(rig, &ids, UINT64_MAX - 1));
	assert_false(rig_serves(rig, &ids, UINT64_MAX));
	assert_false(rig_serves(rig, &ids, UINT64_MAX - 1));
	assert_false(rig_serves(rig, &ids, 0));
	assert_false(rig_serves(rig, &ids, 1));
	/* A new session begins anew. */
	rig_handshake(rig, &ids);
	assert_true(rig_serves(rig, &ids, 1));
	rig_ids_close(&ids);
}

static void set_session(struct rig_message *sent, uint32_t session)
{
	struct fathom_seal_header header;

	memcpy(&header, sent->bytes, sizeof(header));
	header.session = session;
	memcpy(sent->bytes, &header, sizeof(header));
}

static void crossed_sessions(void **state)
{
	struct rig *rig = *state;
	struct rig_ids one;
	struct rig_ids two;

	rig_ids_open(rig, 0, &one);
	rig_ids_open(rig, 1, &two);
	rig_handshake(rig, &one);
	rig_handshake(rig, &two);
	assert_int_not_equal(one.session, two.session);
	/* A request of one in the name of the other. */
	rig_seal_read(&one, 1, &message);
	set_session(&message, two.session);
	assert_true(rig_silent(rig, &message));
	/* A reply to one for the other, even with its number. */
	rig_seal_read(&one, 1, &message);
	rig_send(rig, message.bytes, message.size, &reply);
	rig_seal_read(&two, 1, &other);
	assert_int_equal(rig_open(&two, &other, &reply, plain), SIZE_MAX);
	set_session(&reply, two.session);
	assert_int_equal(rig_open(&two, &other, &reply, plain), SIZE_MAX);
	assert_true(rig_serves(rig, &two, 2));
	rig_ids_close(&one);
	rig_ids_close(&two);
}

/* What goes one way does not come the other. */
static void reflected_frames(void **state)
{
	struct rig *rig = *state;
	struct fathom_seal_header header;
	struct rig_ids ids;

	rig_ids_open(rig, 0, &ids);
	rig_handshake(rig, &ids);
	rig_seal_read(&ids, 1, &message);
	rig_send(rig, message.bytes, message.size, &reply);
	assert_true(rig_silent(rig, &reply));
	memcpy(&header, reply.bytes, sizeof(header));
	header.type = FATHOM_SEAL_REQUEST;
	header.counter++;
	memcpy(reply.bytes, &header, sizeof(header));
	assert_true(rig_silent(rig, &reply));
	rig_ids_close(&ids);
}

/* Two requests under one number: a reply answers the one it was made for. */
static void reply_is_bound_to_its_request(void **state)
{
	struct rig *rig = *state;
	struct fathom_wire_header info = {
		.magic = FATHOM_WIRE_MAGIC,
		.version = FATHOM_WIRE_VERSION,
		.type = FATHOM_WIRE_INFO,
	};
	struct rig_ids ids;

	rig_ids_open(rig, 0, &ids);
	rig_handshake(rig, &ids);
	rig_seal_read(&ids, 1, &message);
	rig_send(rig, message.bytes, message.size, &reply);
	rig_seal(&ids, 1, &info, sizeof(info), &other);
	assert_int_equal(rig_open(&ids, &other, &reply, plain), SIZE_MAX);
	rig_ids_close(&ids);
}

static void replayed_hello(void **state)
{
	struct rig *rig = *state;
	struct rig_ids ids;

	rig_ids_open(rig, 0, &ids);
	rig_hello(&ids, rig->agent_key, 1000, &message);
	rig_send(rig, message.bytes, message.size, &reply);
	assert_true(rig_welcome(&ids, &reply));
	assert_true(rig_silent(rig, &message));
	assert_true(rig_serves(rig, &ids, 1));
	assert_true(rig_silent(rig, &message));
	/* Fresh ones that are not later are no better. */
	rig_hello(&ids, rig->agent_key, 1000, &message);
	assert_true(rig_silent(rig, &message));
	rig_hello(&ids, rig->agent_key, 999, &message);
	assert_true(rig_silent(rig, &message));
	rig_hello(&ids, rig->agent_key, 1001, &message);
	assert_false(rig_silent(rig, &message));
	/* Each IDS has a time of its own. */
	rig_ids_close(&ids);
	rig_ids_open(rig, 1, &ids);
	rig_hello(&ids, rig->agent_key, 1, &message);
	assert_false(rig_silent(rig, &message));
	rig_ids_close(&ids);
}

/*
 * After a reboot the agent has forgotten the times. Whoever repeats a hello
 * then gets a session that he has no keys of, and disturbs nobody.
 */
static void hello_replayed_after_reboot(void **state)
{
	struct rig *rig = *state;
	struct rig_ids ids;

	rig_ids_open(rig, 0, &ids);
	rig_hello(&ids, rig->agent_key, 1000, &message);
	rig_send(rig, message.bytes, message.size, &reply);
	assert_true(rig_welcome(&ids, &reply));
	rig_seal_read(&ids, 1, &other);
	assert_false(rig_silent(rig, &other));
	rig_restart(rig);
	assert_false(rig_silent(rig, &message));
	assert_true(rig_silent(rig, &other));
	rig_handshake(rig, &ids);
	rig_ids_close(&ids);
}

static void stranger(void **state)
{
	struct rig *rig = *state;
	struct rig_ids known;
	struct rig_ids unknown;
	uint64_t i;

	rig_ids_open(rig, 0, &known);
	rig_ids_open(rig, RIG_STRANGER, &unknown);
	rig_handshake(rig, &known);
	for (i = 1; i <= 2 * SESSIONS; i++) {
		rig->now += 1000;
		rig_hello(&unknown, rig->agent_key, UINT64_MAX / 2 + i,
			  &message);
		assert_true(rig_silent(rig, &message));
	}
	assert_true(rig_serves(rig, &known, 1));
	rig_ids_close(&known);
	rig_ids_close(&unknown);
}

/* A hello for another agent, as an IDS with a wrong key would send it. */
static void wrong_agent_key(void **state)
{
	struct rig *rig = *state;
	struct rig_ids ids;

	rig_ids_open(rig, 0, &ids);
	rig_hello(&ids, rig->store.authorized[1], 1, &message);
	assert_true(rig_silent(rig, &message));
	rig_ids_close(&ids);
}

/* Points of small order would make the shared secret known to all. */
static void ephemeral_of_small_order(void **state)
{
	struct rig *rig = *state;
	struct rig_ids ids;
	uint8_t shared[CRYPTO_KEY_SIZE];
	uint8_t point[CRYPTO_KEY_SIZE] = {0};

	rig_ids_open(rig, 0, &ids);
	for (point[0] = 0; point[0] < 2; point[0]++) {
		assert_false(crypto_x25519(&ids.key, point, shared));
		assert_true(crypto_is_zero(shared, sizeof(shared)));
		rig_hello(&ids, rig->agent_key, 1, &message);
		memcpy(message.bytes + sizeof(struct fathom_seal_header), point,
		       sizeof(point));
		assert_true(rig_silent(rig, &message));
	}
	rig_ids_close(&ids);
}

/* The body of READ requests of one item of no length, to the brim. */
static size_t request_of_size(uint8_t *to, size_t size)
{
	struct fathom_wire_header header = {
		.magic = FATHOM_WIRE_MAGIC,
		.version = FATHOM_WIRE_VERSION,
		.type = FATHOM_WIRE_READ,
		.length = (uint32_t)(size - sizeof(header)),
	};

	memset(to, 0, size);
	memcpy(to, &header, sizeof(header));
	return size;
}

static uint32_t status_of_reply(struct rig *rig, struct rig_ids *ids)
{
	struct fathom_wire_header header;

	rig_send(rig, message.bytes, message.size, &reply);
	assert_int_not_equal(reply.size, 0);
	assert_true(rig_open(ids, &message, &reply, plain) >= sizeof(header));
	memcpy(&header, plain, sizeof(header));
	return header.status;
}

static void lengths_of_requests(void **state)
{
	static uint8_t request[FATHOM_WIRE_MAX_REQUEST + 1];
	struct rig *rig = *state;
	struct rig_ids ids;

	rig_ids_open(rig, 0, &ids);
	rig_handshake(rig, &ids);
	/* None at all: authentic, and no request. */
	rig_seal(&ids, 1, NULL, 0, &message);
	assert_int_equal(status_of_reply(rig, &ids), FATHOM_WIRE_MALFORMED);
	rig_seal(&ids, 2, request, 1, &message);
	assert_int_equal(status_of_reply(rig, &ids), FATHOM_WIRE_MALFORMED);
	/* The most that there is room for; the core finds it odd. */
	rig_seal(&ids, 3, request, request_of_size(request, RIG_MAX_REQUEST),
		 &message);
	assert_int_equal(status_of_reply(rig, &ids), FATHOM_WIRE_MALFORMED);
	/* More than that is not even decrypted: there is no room. */
	rig_seal(&ids, 4, request,
		 request_of_size(request, RIG_MAX_REQUEST + 1), &message);
	assert_true(rig_silent(rig, &message));
	rig_seal(&ids, 4, request,
		 request_of_size(request, FATHOM_WIRE_MAX_REQUEST), &message);
	assert_true(rig_silent(rig, &message));
	rig_seal(&ids, 4, request,
		 request_of_size(request, FATHOM_WIRE_MAX_REQUEST + 1),
		 &message);
	assert_true(rig_silent(rig, &message));
	assert_true(rig_serves(rig, &ids, 4));
	rig_ids_close(&ids);
}

/* Lengths in the header that overflow when anything is added to them. */
static void lengths_that_lie(void **state)
{
	static const uint32_t lengths[] = {
		0,	    1,		15,	    16,		17,
		0x7fffffff, 0x80000000, 0xffffffe7, 0xffffffe8, 0xffffffff};
	struct rig *rig = *state;
	struct fathom_seal_header header;
	struct rig_ids ids;
	size_t i;

	rig_ids_open(rig, 0, &ids);
	rig_handshake(rig, &ids);
	for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		rig_seal_read(&ids, 1, &message);
		memcpy(&header, message.bytes, sizeof(header));
		header.length = lengths[i];
		memcpy(message.bytes, &header, sizeof(header));
		assert_true(rig_silent(rig, &message));
		/* With as many bytes as a small length says, too. */
		if (lengths[i] <= 17) {
			message.size = sizeof(header) + lengths[i];
			assert_true(rig_silent(rig, &message));
		}
	}
	assert_true(rig_serves(rig, &ids, 1));
	rig_ids_close(&ids);
}

/* The largest reply there is fits. */
static void longest_reply(void **state)
{
	const uint32_t overhead = sizeof(struct fathom_wire_header) +
				  sizeof(struct fathom_wire_read_reply) +
				  sizeof(struct fathom_wire_read_result);
	struct read_request request = read_request(
		FATHOM_SPACE_PHYSICAL, MACHINE_FREE, RIG_MAX_REPLY - overhead);
	struct rig *rig = *state;
	struct rig_ids ids;

	rig_ids_open(rig, 0, &ids);
	rig_handshake(rig, &ids);
	rig_seal(&ids, 1, &request, sizeof(request), &message);
	rig_send(rig, message.bytes, message.size, &reply);
	assert_int_equal(reply.size, RIG_MAX_REPLY + FATHOM_SEAL_OVERHEAD);
	assert_int_equal(rig_open(&ids, &message, &reply, plain),
			 RIG_MAX_REPLY);
	rig_ids_close(&ids);
}

/* The plain request does not stay; of the reply, only what was sealed. */
static void buffers_hold_nothing_plain(void **state)
{
	struct rig *rig = *state;
	struct rig_ids ids;

	rig_ids_open(rig, 0, &ids);
	rig_handshake(rig, &ids);
	memset(rig->request, 0, RIG_MAX_REQUEST);
	assert_true(rig_serves(rig, &ids, 1));
	assert_true(crypto_is_zero(rig->request, RIG_MAX_REQUEST));
	assert_false(rig_contains(rig->reply, RIG_MAX_REPLY, rig->secret, 8));
	rig_ids_close(&ids);
}

/* More sessions than there is room for: the one unused for longest goes. */
static void sessions_are_bounded(void **state)
{
	struct rig *rig = *state;
	struct rig_ids ids[SESSIONS + 1];
	uint32_t i;

	for (i = 0; i < SESSIONS; i++) {
		rig_ids_open(rig, i % RIG_SERVED, &ids[i]);
		rig_handshake(rig, &ids[i]);
		assert_true(rig_serves(rig, &ids[i], 1));
	}
	/* The first one was used last: the second is the oldest now. */
	assert_true(rig_serves(rig, &ids[0], 2));
	rig_ids_open(rig, 0, &ids[SESSIONS]);
	rig_handshake(rig, &ids[SESSIONS]);
	assert_true(rig_serves(rig, &ids[SESSIONS], 1));
	for (i = 0; i <= SESSIONS; i++) {
		assert_int_equal(rig_serves(rig, &ids[i], 3), i != 1);
		rig_ids_close(&ids[i]);
	}
}

/*
 * A carrier keeps back what served IDSes send, and lets it go all at once:
 * half of the sessions in use stay, those used last.
 */
static void hoarded_hellos(void **state)
{
	struct rig *rig = *state;
	struct rig_ids ids[SESSIONS];
	struct rig_ids hoard;
	uint64_t i;

	for (i = 0; i < SESSIONS; i++) {
		rig_ids_open(rig, 1, &ids[i]);
		rig_handshake(rig, &ids[i]);
		assert_true(rig_serves(rig, &ids[i], 1));
	}
	rig_ids_open(rig, 2, &hoard);
	for (i = 0; i < 4 * SESSIONS; i++) {
		rig->now += 1000;
		rig_hello(&hoard, rig->agent_key, UINT64_MAX / 2 + i, &message);
		assert_false(rig_silent(rig, &message));
	}
	for (i = 0; i < SESSIONS; i++) {
		assert_int_equal(rig_serves(rig, &ids[i], 2),
				 i >= SESSIONS_MAX_PENDING);
		rig_ids_close(&ids[i]);
	}
	rig_ids_close(&hoard);
}

/* Handshakes answered of @count at this very moment. */
static unsigned int hellos_answered(struct rig *rig, struct rig_ids *ids,
				    uint64_t *time, unsigned int count)
{
	unsigned int answered = 0;

	while (count--) {
		rig_hello(ids, rig->agent_key, ++*time, &message);
		answered += !rig_silent(rig, &message);
	}
	return answered;
}

static void hellos_are_limited(void **state)
{
	struct rig *rig = *state;
	uint64_t time = 0;
	struct rig_ids ids;
	unsigned int i;

	rig_ids_open(rig, 0, &ids);
	assert_int_equal(hellos_answered(rig, &ids, &time, 20), 8);
	rig->now += 99;
	assert_int_equal(hellos_answered(rig, &ids, &time, 5), 0);
	rig->now += 1;
	assert_int_equal(hellos_answered(rig, &ids, &time, 5), 1);
	rig->now += 350;
	assert_int_equal(hellos_answered(rig, &ids, &time, 5), 3);
	rig->now += 50;
	assert_int_equal(hellos_answered(rig, &ids, &time, 5), 1);
	rig->now += 100000;
	assert_int_equal(hellos_answered(rig, &ids, &time, 20), 8);
	/* A clock that goes back makes nothing up, nor does it stop. */
	rig->now = 5;
	assert_int_equal(hellos_answered(rig, &ids, &time, 5), 0);
	rig->now = 205;
	assert_int_equal(hellos_answered(rig, &ids, &time, 5), 2);
	/* Those of strangers and garbage count, for they cost as much. */
	rig->now += 100000;
	memset(message.bytes + sizeof(struct fathom_seal_header), 0x5a,
	       FATHOM_SEAL_HELLO_LENGTH);
	for (i = 0; i < 8; i++)
		assert_true(rig_silent(rig, &message));
	assert_int_equal(hellos_answered(rig, &ids, &time, 5), 0);
	rig_ids_close(&ids);
}

/* Sessions go on while handshakes are refused. */
static void limit_is_for_hellos(void **state)
{
	struct rig *rig = *state;
	uint64_t time = UINT64_MAX / 2;
	struct rig_ids known;
	struct rig_ids flood;
	uint64_t i;

	rig_ids_open(rig, 0, &known);
	rig_ids_open(rig, 1, &flood);
	rig_handshake(rig, &known);
	hellos_answered(rig, &flood, &time, 100);
	for (i = 1; i < 100; i++)
		assert_true(rig_serves(rig, &known, i));
	rig_ids_close(&known);
	rig_ids_close(&flood);
}

/* Without random numbers there is no handshake, and no harm to others. */
static void no_random_numbers(void **state)
{
	struct rig *rig = *state;
	struct rig_ids known;
	struct rig_ids ids;

	rig_ids_open(rig, 0, &known);
	rig_ids_open(rig, 1, &ids);
	rig_handshake(rig, &known);
	rig_hello(&ids, rig->agent_key, 1, &message);
	rig_hello(&ids, rig->agent_key, 2, &other);
	rig_random_fails(true);
	assert_true(rig_silent(rig, &message));
	assert_true(rig_serves(rig, &known, 1));
	rig_random_fails(false);
	assert_false(rig_silent(rig, &other));
	rig_ids_close(&known);
	rig_ids_close(&ids);
}

static bool starts(const struct fathom_sealed_agent_settings *settings)
{
	struct fathom_sealed_agent *sealed = malloc(fathom_sealed_agent_size());
	bool started;

	assert_non_null(sealed);
	started = fathom_sealed_agent_start(sealed, settings);
	if (started)
		fathom_sealed_agent_stop(sealed);
	free(sealed);
	return started;
}

static void bad_settings(void **state)
{
	struct rig *rig = *state;
	struct fathom_sealed_agent_port no_clock = {0};
	struct fathom_sealed_agent_settings settings = rig_settings(rig);

	assert_true(starts(&settings));
	settings.port = NULL;
	assert_false(starts(&settings));
	settings.port = &no_clock;
	assert_false(starts(&settings));
	settings = rig_settings(rig);
	settings.agent = NULL;
	assert_false(starts(&settings));
	settings = rig_settings(rig);
	settings.request = NULL;
	assert_false(starts(&settings));
	settings = rig_settings(rig);
	settings.reply = NULL;
	assert_false(starts(&settings));
	settings = rig_settings(rig);
	settings.keys = NULL;
	assert_false(starts(&settings));
	settings = rig_settings(rig);
	rig->machine->agent.limits.max_items = 0;
	assert_false(starts(&settings));
}

static void bad_key_stores(void **state)
{
	struct rig *rig = *state;
	struct fathom_sealed_agent_settings settings = rig_settings(rig);
	struct fathom_key_store *header = &rig->store.header;
	const struct fathom_key_store good = *header;

	assert_true(starts(&settings));
	while (settings.keys_size) {
		settings.keys_size--;
		assert_false(starts(&settings));
	}
	settings = rig_settings(rig);
	header->count = 0;
	assert_false(starts(&settings));
	header->count = FATHOM_KEY_STORE_MAX + 1;
	assert_false(starts(&settings));
	header->count = 0x08000001; /* times 32: 32 */
	assert_false(starts(&settings));
	*header = good;
	header->magic ^= 1;
	assert_false(starts(&settings));
	*header = good;
	header->version++;
	assert_false(starts(&settings));
	*header = good;
	memset(header->private_key, 0, FATHOM_KEY_SIZE);
	assert_false(starts(&settings));
	*header = good;
	memset(rig->store.authorized[1], 0, FATHOM_KEY_SIZE);
	assert_false(starts(&settings));
	header->count = 1;
	assert_true(starts(&settings));
}

#define test(function) \
	cmocka_unit_test_setup_teardown(function, rig_setup, rig_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(serves_whom_it_knows),
		test(reply_is_the_cores),
		test(altered_hello),
		test(altered_request),
		test(altered_reply),
		test(replayed_request),
		test(old_numbers),
		test(reordered_requests),
		test(numbers_end),
		test(crossed_sessions),
		test(reflected_frames),
		test(reply_is_bound_to_its_request),
		test(replayed_hello),
		test(hello_replayed_after_reboot),
		test(stranger),
		test(wrong_agent_key),
		test(ephemeral_of_small_order),
		test(lengths_of_requests),
		test(lengths_that_lie),
		test(longest_reply),
		test(buffers_hold_nothing_plain),
		test(sessions_are_bounded),
		test(hoarded_hellos),
		test(hellos_are_limited),
		test(limit_is_for_hellos),
		test(no_random_numbers),
		test(bad_settings),
		test(bad_key_stores),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
