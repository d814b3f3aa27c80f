/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * The IDS's side against carriers that do with messages what they like, up to
 * a relay that has been taken over altogether.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <fathom/transport.h>

#include "../read_request.h"
#include "agent_client.h"
#include "seal_rig.h"
#include "sealed_channel.h"

#include <cmocka.h>

/* More exchanges than this for one call would be no bound. */
#define MOST_EXCHANGES 12

/* Bytes of the sealed READ of the secret, and of its reply. */
#define READ_SIZE                                       \
	(FATHOM_SEAL_OVERHEAD +                         \
	 (uint32_t)(sizeof(struct fathom_wire_header) + \
		    sizeof(struct fathom_wire_read) +   \
		    sizeof(struct fathom_wire_read_item)))
#define REPLY_SIZE                                          \
	(FATHOM_SEAL_OVERHEAD + RIG_SECRET_SIZE +           \
	 (uint32_t)(sizeof(struct fathom_wire_header) +     \
		    sizeof(struct fathom_wire_read_reply) + \
		    sizeof(struct fathom_wire_read_result)))

struct carrier;

/* What a carrier does with a message on its way there, or back. */
typedef void (*tamper)(struct carrier *carrier, struct rig_message *message);

/* A transport to the rig's agent. */
struct carrier {
	struct fathom_transport transport;
	struct rig *rig;
	tamper request; /* NULL: carries it as it is */
	tamper reply;
	struct fathom_error *(*refuse)(void); /* instead of an answer */
	struct rig_message kept;
	size_t position; /* for the tampering functions */
	unsigned int exchanges;
	bool destroyed;
	/* Of all requests that were sent, to see that none comes twice. */
	struct {
		uint32_t session;
		uint64_t counter;
	} seen[4096];
	size_t seen_count;
	bool overflow; /* says it has brought more than there is room for */
};

static void note_counter(struct carrier *carrier, const void *message)
{
	struct fathom_seal_header header;
	size_t i;

	memcpy(&header, message, sizeof(header));
	if (header.type != FATHOM_SEAL_REQUEST)
		return;
	/* Neither a handshake's nor the one that Noise reserves. */
	assert_true(header.counter && header.counter != UINT64_MAX);
	for (i = 0; i < carrier->seen_count; i++)
		assert_false(carrier->seen[i].session == header.session &&
			     carrier->seen[i].counter == header.counter);
	if (carrier->seen_count ==
	    sizeof(carrier->seen) / sizeof(carrier->seen[0]))
		return;
	carrier->seen[carrier->seen_count].session = header.session;
	carrier->seen[carrier->seen_count].counter = header.counter;
	carrier->seen_count++;
}

static struct fathom_error *carry(struct fathom_transport *transport,
				  const void *message, size_t size, void *reply,
				  size_t *reply_size)
{
	static struct rig_message there;
	static struct rig_message back;
	struct carrier *carrier = (struct carrier *)transport;

	assert_true(size <= sizeof(there.bytes));
	assert_false(rig_contains(message, size, carrier->rig->secret, 8));
	note_counter(carrier, message);
	carrier->exchanges++;
	/* The agent's patience with handshakes is the other test's matter. */
	carrier->rig->now += 1000;
	memcpy(there.bytes, message, size);
	there.size = size;
	if (carrier->request)
		carrier->request(carrier, &there);
	rig_send(carrier->rig, there.bytes, there.size, &back);
	assert_false(
		rig_contains(back.bytes, back.size, carrier->rig->secret, 8));
	if (carrier->reply)
		carrier->reply(carrier, &back);
	if (carrier->refuse)
		return carrier->refuse();
	memcpy(reply, back.bytes, back.size);
	*reply_size = carrier->overflow ? FATHOM_SEAL_MAX_REPLY + 1 : back.size;
	return NULL;
}

static void carrier_destroy(struct fathom_transport *transport)
{
	struct carrier *carrier = (struct carrier *)transport;

	assert_false(carrier->destroyed);
	carrier->destroyed = true;
}

static const struct fathom_transport_ops carrier_ops = {
	.exchange = carry,
	.destroy = carrier_destroy,
};

/* Two, for what is crossed between them. */
static struct carrier carriers[2];

static struct carrier *new_carrier(struct rig *rig, size_t index)
{
	struct carrier *carrier = &carriers[index];

	memset(carrier, 0, sizeof(*carrier));
	carrier->transport.ops = &carrier_ops;
	carrier->rig = rig;
	return carrier;
}

static struct fathom_channel *open_channel(struct carrier *carrier,
					   uint32_t ids)
{
	struct fathom_channel *channel = NULL;

	client_no_error(fathom_sealed_channel_open(
		&carrier->transport, carrier->rig->ids[ids],
		carrier->rig->agent_key, &channel));
	assert_non_null(channel);
	return channel;
}

static void close_channel(struct fathom_channel *channel,
			  struct carrier *carrier)
{
	channel->ops->destroy(channel);
	assert_true(carrier->destroyed);
}

/* READ of the secret, by any thread. @reply is of RIG_MAX_REPLY bytes. */
static struct fathom_error *call_read(struct fathom_channel *channel,
				      uint8_t *reply, size_t *size)
{
	struct read_request request = read_request(FATHOM_SPACE_PHYSICAL,
						   RIG_SECRET, RIG_SECRET_SIZE);

	memset(reply, 0, RIG_MAX_REPLY);
	*size = 0;
	return channel->ops->call(channel, &request, sizeof(request), reply,
				  RIG_MAX_REPLY, size);
}

/* All that the channel has written, and what of it is the secret. */
static uint8_t reply_buffer[RIG_MAX_REPLY];

static struct fathom_error *read_secret(struct fathom_channel *channel,
					uint8_t *buffer)
{
	struct fathom_error *error;
	size_t size;

	memset(buffer, 0, RIG_SECRET_SIZE);
	error = call_read(channel, reply_buffer, &size);
	if (error) {
		assert_int_equal(size, 0);
		/* Not even a piece of what was not authentic. */
		assert_true(crypto_is_zero(reply_buffer, RIG_MAX_REPLY));
		return error;
	}
	assert_int_equal(size, REPLY_SIZE - FATHOM_SEAL_OVERHEAD);
	memcpy(buffer, reply_buffer + size - RIG_SECRET_SIZE, RIG_SECRET_SIZE);
	return NULL;
}

static void works(struct fathom_channel *channel, struct carrier *carrier)
{
	uint8_t buffer[RIG_SECRET_SIZE];

	client_no_error(read_secret(channel, buffer));
	assert_memory_equal(buffer, carrier->rig->secret, RIG_SECRET_SIZE);
}

/* The call fails, soon, with nothing disclosed, and says @code and @text. */
static void fails(struct fathom_channel *channel, struct carrier *carrier,
		  enum fathom_error_code code, const char *text)
{
	uint8_t buffer[RIG_SECRET_SIZE];
	struct fathom_error *error;

	carrier->exchanges = 0;
	error = read_secret(channel, buffer);
	assert_non_null(error);
	assert_int_equal(error->code, code);
	assert_true(carrier->exchanges <= MOST_EXCHANGES);
	assert_true(crypto_is_zero(buffer, sizeof(buffer)));
	client_error_says(error, text);
}

static void carries(void **state)
{
	struct carrier *carrier = new_carrier(*state, 0);
	struct fathom_channel *channel = open_channel(carrier, 0);
	struct fathom_wire_range ranges[4];
	struct fathom_wire_info info;
	struct fathom_wire_cpu cpus[4];
	unsigned int i;

	assert_int_equal(carrier->exchanges, 1);
	client_no_error(client_info(channel, &info, cpus, ranges, 4));
	assert_int_equal(info.cpu_count, 1);
	assert_int_equal(info.range_count, 2);
	for (i = 0; i < 100; i++)
		works(channel, carrier);
	assert_null(channel->ops->refresh(channel));
	works(channel, carrier);
	/* One exchange a call, and the handshake. */
	assert_int_equal(carrier->exchanges, 103);
	close_channel(channel, carrier);
}

static uint16_t type_of(const struct rig_message *message)
{
	struct fathom_seal_header header;

	if (message->size < sizeof(header))
		return 0;
	memcpy(&header, message->bytes, sizeof(header));
	return header.type;
}

/* Flip a bit at carrier->position of all messages of one type. */
static void flip(struct carrier *carrier, struct rig_message *message,
		 uint16_t type)
{
	if (type_of(message) == type && carrier->position < message->size)
		message->bytes[carrier->position] ^=
			(uint8_t)(1 << carrier->position % 8);
}

static void flip_hello(struct carrier *carrier, struct rig_message *message)
{
	flip(carrier, message, FATHOM_SEAL_HELLO);
}

static void flip_welcome(struct carrier *carrier, struct rig_message *message)
{
	flip(carrier, message, FATHOM_SEAL_WELCOME);
}

static void flip_request(struct carrier *carrier, struct rig_message *message)
{
	flip(carrier, message, FATHOM_SEAL_REQUEST);
}

static void flip_reply(struct carrier *carrier, struct rig_message *message)
{
	flip(carrier, message, FATHOM_SEAL_REPLY);
}

static void altered_requests(void **state)
{
	struct carrier *carrier = new_carrier(*state, 0);
	struct fathom_channel *channel = open_channel(carrier, 0);

	for (carrier->position = 0; carrier->position < READ_SIZE;
	     carrier->position++) {
		carrier->request = flip_request;
		fails(channel, carrier, FATHOM_ERROR_PROTOCOL,
		      "did not reach it unaltered");
		carrier->request = NULL;
		works(channel, carrier);
	}
	close_channel(channel, carrier);
}

static void altered_replies(void **state)
{
	struct carrier *carrier = new_carrier(*state, 0);
	struct fathom_channel *channel = open_channel(carrier, 0);

	for (carrier->position = 0; carrier->position < REPLY_SIZE;
	     carrier->position++) {
		/* What the header shows to be wrong is told besides. */
		carrier->reply = flip_reply;
		fails(channel, carrier, FATHOM_ERROR_PROTOCOL, "altered");
		carrier->reply = NULL;
		works(channel, carrier);
	}
	close_channel(channel, carrier);
}

/* The IDS does not believe a byte of what claims to be the agent. */
static void altered_welcomes(void **state)
{
	struct rig *rig = *state;
	size_t size =
		sizeof(struct fathom_seal_header) + FATHOM_SEAL_WELCOME_LENGTH;
	size_t i;

	for (i = 0; i < size; i++) {
		struct carrier *carrier = new_carrier(rig, 0);
		struct fathom_channel *channel = NULL;
		struct fathom_error *error;

		carrier->position = i;
		carrier->reply = flip_welcome;
		error = fathom_sealed_channel_open(&carrier->transport,
						   rig->ids[0], rig->agent_key,
						   &channel);
		assert_null(channel);
		assert_true(carrier->destroyed);
		assert_int_equal(carrier->exchanges, 1);
		assert_non_null(error);
		assert_int_equal(error->code, FATHOM_ERROR_PROTOCOL);
		client_error_says(error, "not the agent's");
	}
}

static struct fathom_error *opening_fails(struct carrier *carrier,
					  const uint8_t *private_key,
					  const uint8_t *agent_key)
{
	struct fathom_channel *channel = NULL;
	struct fathom_error *error;

	error = fathom_sealed_channel_open(&carrier->transport, private_key,
					   agent_key, &channel);
	assert_non_null(error);
	assert_null(channel);
	assert_true(carrier->destroyed);
	assert_true(carrier->exchanges <= MOST_EXCHANGES);
	return error;
}

static void altered_hello(void **state)
{
	struct rig *rig = *state;
	struct carrier *carrier = new_carrier(rig, 0);

	carrier->request = flip_hello;
	carrier->position = 60;
	client_error_says(opening_fails(carrier, rig->ids[0], rig->agent_key),
			  "keeps silent");
}

static void wrong_agent_key(void **state)
{
	struct rig *rig = *state;
	struct fathom_error *error;

	error = opening_fails(new_carrier(rig, 0), rig->ids[0],
			      rig->store.authorized[1]);
	assert_int_equal(error->code, FATHOM_ERROR_PROTOCOL);
	client_error_says(error, "its key is not the one given here");
}

static void unauthorised_ids(void **state)
{
	struct rig *rig = *state;
	struct fathom_error *error;

	error = opening_fails(new_carrier(rig, 0), rig->ids[RIG_STRANGER],
			      rig->agent_key);
	assert_int_equal(error->code, FATHOM_ERROR_PROTOCOL);
	client_error_says(error, "has not been told to serve");
}

/* A public key that is none: no secret could come of it. */
static void agent_key_of_small_order(void **state)
{
	const uint8_t zero[FATHOM_KEY_SIZE] = {0};
	struct rig *rig = *state;

	client_error_says(opening_fails(new_carrier(rig, 0), rig->ids[0], zero),
			  "public key is none");
}

static void no_random_numbers(void **state)
{
	struct rig *rig = *state;
	struct carrier *carrier = new_carrier(rig, 0);

	rig_random_fails(true);
	client_error_says(opening_fails(carrier, rig->ids[0], rig->agent_key),
			  "no random numbers");
	rig_random_fails(false);
	assert_int_equal(carrier->exchanges, 0);
}

/* Keep the first reply, give it again for all later ones. */
static void replay_reply(struct carrier *carrier, struct rig_message *message)
{
	if (type_of(message) != FATHOM_SEAL_REPLY)
		return;
	if (carrier->kept.size)
		*message = carrier->kept;
	else
		carrier->kept = *message;
}

static void replayed_replies(void **state)
{
	struct carrier *carrier = new_carrier(*state, 0);
	struct fathom_channel *channel = open_channel(carrier, 0);

	carrier->reply = replay_reply;
	works(channel, carrier);
	fails(channel, carrier, FATHOM_ERROR_PROTOCOL, "replayed");
	/* In a session that was opened since, as well. */
	fails(channel, carrier, FATHOM_ERROR_PROTOCOL, "another session");
	carrier->reply = NULL;
	works(channel, carrier);
	close_channel(channel, carrier);
}

/* Write the header that is expected over that of a kept reply. */
static void replay_disguised(struct carrier *carrier,
			     struct rig_message *message)
{
	struct fathom_seal_header header;

	if (type_of(message) != FATHOM_SEAL_REPLY)
		return;
	memcpy(&header, message->bytes, sizeof(header));
	replay_reply(carrier, message);
	memcpy(message->bytes, &header, sizeof(header));
}

static void replays_in_disguise(void **state)
{
	struct carrier *carrier = new_carrier(*state, 0);
	struct fathom_channel *channel = open_channel(carrier, 0);

	carrier->reply = replay_disguised;
	works(channel, carrier);
	fails(channel, carrier, FATHOM_ERROR_PROTOCOL, "altered");
	fails(channel, carrier, FATHOM_ERROR_PROTOCOL, "altered");
	close_channel(channel, carrier);
}

/* Each reply comes a call too late. */
static void delay_reply(struct carrier *carrier, struct rig_message *message)
{
	struct rig_message late = carrier->kept;

	if (type_of(message) != FATHOM_SEAL_REPLY)
		return;
	carrier->kept = *message;
	*message = late;
}

static void delayed_replies(void **state)
{
	struct carrier *carrier = new_carrier(*state, 0);
	struct fathom_channel *channel = open_channel(carrier, 0);

	/* The first one is missing: it counts as silence, asked again. */
	carrier->reply = delay_reply;
	fails(channel, carrier, FATHOM_ERROR_PROTOCOL, "of another session");
	fails(channel, carrier, FATHOM_ERROR_PROTOCOL, "of another session");
	carrier->reply = NULL;
	works(channel, carrier);
	close_channel(channel, carrier);
}

static void drop(struct carrier *carrier, struct rig_message *message)
{
	(void)carrier;
	message->size = 0;
}

static void drop_replies(struct carrier *carrier, struct rig_message *message)
{
	if (type_of(message) == FATHOM_SEAL_REPLY)
		drop(carrier, message);
}

/* One reply is lost: the question is asked once more, in a new session. */
static void drop_once(struct carrier *carrier, struct rig_message *message)
{
	drop(carrier, message);
	carrier->reply = NULL;
}

static void dropped_replies(void **state)
{
	struct carrier *carrier = new_carrier(*state, 0);
	struct fathom_channel *channel = open_channel(carrier, 0);

	carrier->reply = drop_once;
	works(channel, carrier);
	carrier->reply = drop_replies;
	fails(channel, carrier, FATHOM_ERROR_PROTOCOL, "does not answer");
	carrier->reply = drop;
	fails(channel, carrier, FATHOM_ERROR_PROTOCOL, "keeps silent");
	carrier->reply = NULL;
	works(channel, carrier);
	close_channel(channel, carrier);
}

static struct fathom_error *unreachable(void)
{
	return fathom_error_create(FATHOM_ERROR_TARGET, "nobody is there");
}

/* What a carrier says of its own is handed on, at once. */
static void carrier_that_fails(void **state)
{
	struct rig *rig = *state;
	struct carrier *carrier = new_carrier(rig, 0);
	struct fathom_channel *channel = open_channel(carrier, 0);
	struct fathom_error *error;

	carrier->refuse = unreachable;
	fails(channel, carrier, FATHOM_ERROR_TARGET, "nobody is there");
	assert_int_equal(carrier->exchanges, 1);
	carrier->refuse = NULL;
	works(channel, carrier);
	close_channel(channel, carrier);
	carrier = new_carrier(rig, 0);
	carrier->refuse = unreachable;
	error = opening_fails(carrier, rig->ids[0], rig->agent_key);
	assert_int_equal(error->code, FATHOM_ERROR_TARGET);
	assert_int_equal(carrier->exchanges, 1);
	client_error_says(error, "nobody is there");
}

/* Replies of the one IDS go to the other, and the reverse. */
static void cross(struct carrier *carrier, struct rig_message *message)
{
	struct carrier *partner = carrier == &carriers[0] ? &carriers[1]
							  : &carriers[0];

	if (type_of(message) != FATHOM_SEAL_REPLY)
		return;
	carrier->kept = *message;
	if (partner->kept.size)
		*message = partner->kept;
}

static void crossed_sessions(void **state)
{
	struct carrier *one = new_carrier(*state, 0);
	struct carrier *two = new_carrier(*state, 1);
	struct fathom_channel *first = open_channel(one, 0);
	struct fathom_channel *second = open_channel(two, 1);

	one->reply = cross;
	two->reply = cross;
	works(first, one);
	fails(second, two, FATHOM_ERROR_PROTOCOL, "another session");
	fails(first, one, FATHOM_ERROR_PROTOCOL, "another session");
	one->reply = NULL;
	two->reply = NULL;
	works(first, one);
	works(second, two);
	close_channel(first, one);
	close_channel(second, two);
}

static void keep_welcome(struct carrier *carrier, struct rig_message *message)
{
	if (type_of(message) != FATHOM_SEAL_WELCOME)
		return;
	if (carrier->kept.size)
		*message = carrier->kept;
	else
		carrier->kept = *message;
}

static void replayed_welcome(void **state)
{
	struct rig *rig = *state;
	struct carrier *carrier = new_carrier(rig, 0);
	struct fathom_channel *channel;
	static struct rig_message kept;

	carrier->reply = keep_welcome;
	channel = open_channel(carrier, 0);
	kept = carrier->kept;
	close_channel(channel, carrier);
	carrier = new_carrier(rig, 0);
	carrier->kept = kept;
	carrier->reply = keep_welcome;
	client_error_says(opening_fails(carrier, rig->ids[0], rig->agent_key),
			  "altered or replayed");
}

static void cut(struct carrier *carrier, struct rig_message *message)
{
	if (type_of(message) == FATHOM_SEAL_REPLY &&
	    message->size > carrier->position)
		message->size = carrier->position;
}

static void pad(struct carrier *carrier, struct rig_message *message)
{
	(void)carrier;
	if (type_of(message) == FATHOM_SEAL_REPLY)
		message->bytes[message->size++] = 0;
}

static void replies_of_other_lengths(void **state)
{
	struct carrier *carrier = new_carrier(*state, 0);
	struct fathom_channel *channel = open_channel(carrier, 0);

	carrier->reply = cut;
	for (carrier->position = 1; carrier->position < REPLY_SIZE;
	     carrier->position++)
		fails(channel, carrier, FATHOM_ERROR_PROTOCOL,
		      "no message of an agent");
	carrier->reply = pad;
	fails(channel, carrier, FATHOM_ERROR_PROTOCOL,
	      "no message of an agent");
	carrier->reply = NULL;
	carrier->overflow = true;
	fails(channel, carrier, FATHOM_ERROR_PROTOCOL,
	      "more than an agent ever sends");
	carrier->overflow = false;
	works(channel, carrier);
	close_channel(channel, carrier);
}

/* The relay makes up what it likes, of any type. */
static void make_up(struct carrier *carrier, struct rig_message *message)
{
	struct fathom_seal_header header = {
		.magic = FATHOM_SEAL_MAGIC,
		.version = FATHOM_SEAL_VERSION,
		.type = (uint16_t)(carrier->position++ % 6),
		.session = 1,
		.length = 64,
		.counter = carrier->position,
	};

	memset(message->bytes, 0x42, sizeof(header) + 64);
	memcpy(message->bytes, &header, sizeof(header));
	message->size = sizeof(header) + 64;
}

static void made_up_replies(void **state)
{
	struct carrier *carrier = new_carrier(*state, 0);
	struct fathom_channel *channel = open_channel(carrier, 0);
	unsigned int i;

	carrier->reply = make_up;
	for (i = 0; i < 100; i++) {
		uint8_t buffer[RIG_SECRET_SIZE];
		struct fathom_error *error;

		carrier->exchanges = 0;
		error = read_secret(channel, buffer);
		assert_non_null(error);
		assert_int_equal(error->code, FATHOM_ERROR_PROTOCOL);
		assert_true(carrier->exchanges <= MOST_EXCHANGES);
		assert_true(crypto_is_zero(buffer, sizeof(buffer)));
		fathom_error_destroy(error);
	}
	carrier->reply = NULL;
	works(channel, carrier);
	close_channel(channel, carrier);
}

/* Rebooted, or other IDSes took the place: a new session, by itself. */
static void agent_forgets(void **state)
{
	struct rig *rig = *state;
	struct carrier *carrier = new_carrier(rig, 0);
	struct fathom_channel *channel = open_channel(carrier, 0);
	struct rig_ids others[FATHOM_SEALED_AGENT_SESSIONS];
	size_t i;

	works(channel, carrier);
	rig_restart(rig);
	/* Its sessions are numbered from one again, and have other keys. */
	carrier->seen_count = 0;
	carrier->exchanges = 0;
	works(channel, carrier);
	carrier->seen_count = 0;
	assert_int_equal(carrier->exchanges, 3);
	for (i = 0; i < FATHOM_SEALED_AGENT_SESSIONS; i++) {
		rig_ids_open(rig, 1, &others[i]);
		rig_handshake(rig, &others[i]);
		assert_true(rig_serves(rig, &others[i], 1));
	}
	works(channel, carrier);
	for (i = 0; i < FATHOM_SEALED_AGENT_SESSIONS; i++)
		rig_ids_close(&others[i]);
	close_channel(channel, carrier);
}

/* note_counter() sees to it that no number of a session is used twice. */
static void counters_never_repeat(void **state)
{
	static const tamper tampers[] = {flip_request, flip_reply,
					 replay_reply, delay_reply,
					 drop_replies, NULL};
	struct carrier *carrier = new_carrier(*state, 0);
	struct fathom_channel *channel = open_channel(carrier, 0);
	unsigned int i;

	carrier->position = 40;
	for (i = 0; i < 300; i++) {
		uint8_t buffer[RIG_SECRET_SIZE];
		tamper now = tampers[i % 6];

		carrier->request = now == flip_request ? now : NULL;
		carrier->reply = now == flip_request ? NULL : now;
		carrier->refuse = i % 7 == 3 ? unreachable : NULL;
		fathom_error_destroy(read_secret(channel, buffer));
	}
	assert_true(carrier->seen_count > 300);
	close_channel(channel, carrier);
}

static void counters_end(void **state)
{
	struct carrier *carrier = new_carrier(*state, 0);
	struct fathom_channel *channel = open_channel(carrier, 0);
	struct sealed_channel *sealed = (struct sealed_channel *)channel;
	uint32_t session = sealed->session;

	sealed->counter = UINT64_MAX - 2;
	works(channel, carrier);
	assert_int_equal(sealed->session, session);
	assert_true(sealed->counter == UINT64_MAX - 1);
	works(channel, carrier);
	assert_int_not_equal(sealed->session, session);
	assert_true(sealed->counter == 1);
	close_channel(channel, carrier);
}

static void lengths(void **state)
{
	static uint8_t request[FATHOM_WIRE_MAX_REQUEST + 1];
	static uint8_t reply[RIG_MAX_REPLY];
	struct rig *rig = *state;
	struct carrier *carrier = new_carrier(rig, 0);
	struct fathom_channel *channel = open_channel(carrier, 0);
	struct fathom_error *error;
	size_t size = SIZE_MAX;

	error = channel->ops->call(channel, request, sizeof(request), reply,
				   sizeof(reply), &size);
	assert_non_null(error);
	assert_int_equal(error->code, FATHOM_ERROR_LIMIT);
	client_error_says(error, "above the limit");
	error = channel->ops->call(channel, request, SIZE_MAX, reply,
				   sizeof(reply), &size);
	client_error_says(error, "above the limit");
	/* No request at all is answered like any other that breaks rules. */
	client_no_error(channel->ops->call(channel, request, 0, reply,
					   sizeof(reply), &size));
	assert_int_equal(size, sizeof(struct fathom_wire_header));
	/* Up to the limit of the agent, no further. */
	client_no_error(channel->ops->call(channel, request, RIG_MAX_REQUEST,
					   reply, sizeof(reply), &size));
	error = channel->ops->call(channel, request, RIG_MAX_REQUEST + 1, reply,
				   sizeof(reply), &size);
	client_error_says(error, "does not answer");
	/* A reply that does not fit is not written. */
	memset(reply, 0xa5, sizeof(reply));
	error = channel->ops->call(channel, request, 0, reply,
				   sizeof(struct fathom_wire_header) - 1,
				   &size);
	client_error_says(error, "are the most");
	assert_int_equal(reply[0], 0xa5);
	works(channel, carrier);
	close_channel(channel, carrier);
}

static void *read_many(void *context)
{
	struct fathom_channel *channel = context;
	uint8_t *reply = malloc(RIG_MAX_REPLY);
	unsigned int i;

	for (i = 0; reply && i < 500; i++) {
		size_t size;

		if (call_read(channel, reply, &size) ||
		    !rig_contains(reply, size, carriers[0].rig->secret,
				  RIG_SECRET_SIZE))
			break;
	}
	free(reply);
	return i == 500 ? NULL : context;
}

static void threads(void **state)
{
	struct carrier *carrier = new_carrier(*state, 0);
	struct fathom_channel *channel = open_channel(carrier, 0);
	pthread_t others[3];
	void *failed;
	size_t i;

	for (i = 0; i < 3; i++)
		assert_int_equal(
			pthread_create(&others[i], NULL, read_many, channel),
			0);
	for (i = 0; i < 3; i++) {
		assert_int_equal(pthread_join(others[i], &failed), 0);
		assert_null(failed);
	}
	close_channel(channel, carrier);
}

#define test(function) \
	cmocka_unit_test_setup_teardown(function, rig_setup, rig_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(carries),
		test(altered_requests),
		test(altered_replies),
		test(altered_welcomes),
		test(altered_hello),
		test(wrong_agent_key),
		test(unauthorised_ids),
		test(agent_key_of_small_order),
		test(no_random_numbers),
		test(replayed_replies),
		test(replays_in_disguise),
		test(delayed_replies),
		test(dropped_replies),
		test(carrier_that_fails),
		test(crossed_sessions),
		test(replayed_welcome),
		test(replies_of_other_lengths),
		test(made_up_replies),
		test(agent_forgets),
		test(counters_never_repeat),
		test(counters_end),
		test(lengths),
		test(threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
