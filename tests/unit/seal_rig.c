/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A sealed agent and an IDS for tests: see seal_rig.h. */
#include "../read_request.h"
#include "seal_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "platform.h"

#include <cmocka.h>

/* Longer than the agent makes anybody wait for a handshake. */
#define LONG_ENOUGH 1000

static bool random_fails;

/* In place of the host's. */
bool fathom_platform_random(void *buffer, size_t size)
{
	return !random_fails && getrandom(buffer, size, 0) == (ssize_t)size;
}

void rig_random_fails(bool fails)
{
	random_fails = fails;
}

static uint64_t milliseconds(void *context)
{
	return ((struct rig *)context)->now;
}

static const struct fathom_sealed_agent_port port = {
	.milliseconds = milliseconds,
};

static void public_key(const uint8_t *private_key, uint8_t *public_key)
{
	struct crypto_private_key key;

	assert_true(crypto_private_key_load(&key, private_key));
	memcpy(public_key, key.public_key, FATHOM_KEY_SIZE);
	crypto_private_key_wipe(&key);
}

static void make_keys(struct rig *rig)
{
	uint32_t i;

	rig->store.header.magic = FATHOM_KEY_STORE_MAGIC;
	rig->store.header.version = FATHOM_KEY_STORE_VERSION;
	rig->store.header.count = RIG_SERVED;
	assert_true(fathom_platform_random(rig->store.header.private_key,
					   FATHOM_KEY_SIZE));
	public_key(rig->store.header.private_key, rig->agent_key);
	assert_true(fathom_platform_random(rig->ids, sizeof(rig->ids)));
	for (i = 0; i < RIG_SERVED; i++)
		public_key(rig->ids[i], rig->store.authorized[i]);
}

struct fathom_sealed_agent_settings rig_settings(struct rig *rig)
{
	return (struct fathom_sealed_agent_settings){
		.port = &port,
		.context = rig,
		.agent = &rig->machine->agent,
		.keys = &rig->store.header,
		.keys_size = sizeof(rig->store),
		.request = rig->request,
		.reply = rig->reply,
	};
}

static void start(struct rig *rig)
{
	struct fathom_sealed_agent_settings settings = rig_settings(rig);

	rig->sealed = malloc(fathom_sealed_agent_size());
	assert_non_null(rig->sealed);
	assert_true(fathom_sealed_agent_start(rig->sealed, &settings));
}

static void stop(struct rig *rig)
{
	fathom_sealed_agent_stop(rig->sealed);
	free(rig->sealed);
}

void rig_restart(struct rig *rig)
{
	stop(rig);
	start(rig);
}

int rig_setup(void **state)
{
	struct rig *rig = calloc(1, sizeof(*rig));

	assert_non_null(rig);
	random_fails = false;
	assert_int_equal(machine_setup((void **)&rig->machine), 0);
	rig->machine->agent.limits.max_request = RIG_MAX_REQUEST;
	rig->machine->agent.limits.max_reply = RIG_MAX_REPLY;
	rig->request = malloc(RIG_MAX_REQUEST);
	rig->reply = malloc(RIG_MAX_REPLY + FATHOM_SEAL_OVERHEAD);
	assert_non_null(rig->request);
	assert_non_null(rig->reply);
	make_keys(rig);
	assert_true(fathom_platform_random(rig->secret, RIG_SECRET_SIZE));
	memcpy(rig->machine->ram + RIG_SECRET, rig->secret, RIG_SECRET_SIZE);
	rig->now = LONG_ENOUGH;
	start(rig);
	*state = rig;
	return 0;
}

int rig_teardown(void **state)
{
	struct rig *rig = *state;

	stop(rig);
	machine_teardown((void **)&rig->machine);
	free(rig->request);
	free(rig->reply);
	free(rig);
	return 0;
}

void rig_ids_open(struct rig *rig, uint32_t index, struct rig_ids *ids)
{
	memset(ids, 0, sizeof(*ids));
	assert_true(crypto_private_key_load(&ids->key, rig->ids[index]));
	assert_true(crypto_cipher_create(&ids->send));
	assert_true(crypto_cipher_create(&ids->receive));
}

void rig_ids_close(struct rig_ids *ids)
{
	noise_wipe(&ids->noise);
	crypto_private_key_wipe(&ids->key);
	crypto_cipher_destroy(&ids->send);
	crypto_cipher_destroy(&ids->receive);
}

void rig_send(struct rig *rig, const void *bytes, size_t size,
	      struct rig_message *reply)
{
	/* Of just that size, so that nobody reads beyond it unnoticed. */
	void *copy = malloc(size ? size : 1);
	const void *answer = NULL;

	assert_non_null(copy);
	if (size)
		memcpy(copy, bytes, size);
	reply->size =
		fathom_sealed_agent_handle(rig->sealed, copy, size, &answer);
	free(copy);
	assert_true(reply->size <= sizeof(reply->bytes));
	memcpy(reply->bytes, answer, reply->size);
}

bool rig_silent(struct rig *rig, const struct rig_message *message)
{
	static struct rig_message reply;

	rig_send(rig, message->bytes, message->size, &reply);
	return !reply.size;
}

void rig_hello(struct rig_ids *ids, const uint8_t *agent_key, uint64_t time,
	       struct rig_message *message)
{
	static const struct crypto_bytes prologue = {
		FATHOM_SEAL_PROLOGUE, sizeof(FATHOM_SEAL_PROLOGUE) - 1};
	struct fathom_seal_header header =
		frame_header(FATHOM_SEAL_HELLO, 0, 0, FATHOM_SEAL_HELLO_LENGTH);
	struct fathom_seal_hello hello = {.time = time};

	noise_wipe(&ids->noise);
	memcpy(message->bytes, &header, sizeof(header));
	message->size = RIG_HELLO_SIZE;
	assert_true(noise_start(&ids->noise, &ids->key, agent_key, prologue));
	assert_true(crypto_private_key_generate(&ids->noise.e));
	assert_true(noise_write_hello(
		&ids->noise, (struct crypto_bytes){&hello, sizeof(hello)},
		message->bytes + sizeof(header)));
}

bool rig_welcome(struct rig_ids *ids, const struct rig_message *message)
{
	struct fathom_seal_welcome welcome;
	struct fathom_seal_header header;

	if (!frame_parse(message->bytes, message->size, &header) ||
	    header.type != FATHOM_SEAL_WELCOME ||
	    !noise_read_welcome(
		    &ids->noise,
		    (struct crypto_bytes){message->bytes + sizeof(header),
					  header.length},
		    (uint8_t *)&welcome))
		return false;
	assert_int_not_equal(welcome.session, 0);
	ids->session = welcome.session;
	return noise_split(&ids->noise, &ids->send, &ids->receive);
}

void rig_handshake(struct rig *rig, struct rig_ids *ids)
{
	static uint64_t time = UINT64_C(1) << 32;
	struct rig_message message;

	rig->now += LONG_ENOUGH;
	rig_hello(ids, rig->agent_key, ++time, &message);
	rig_send(rig, message.bytes, message.size, &message);
	assert_int_not_equal(message.size, 0);
	assert_true(rig_welcome(ids, &message));
}

void rig_seal(struct rig_ids *ids, uint64_t counter, const void *plain,
	      size_t size, struct rig_message *message)
{
	struct fathom_seal_header header =
		frame_header(FATHOM_SEAL_REQUEST, ids->session, counter, 0);

	assert_true(size + FATHOM_SEAL_OVERHEAD <= sizeof(message->bytes));
	if (size)
		memcpy(message->bytes + sizeof(header), plain, size);
	message->size =
		frame_seal(&ids->send, &header, NULL, message->bytes, size);
	assert_int_equal(message->size, size + FATHOM_SEAL_OVERHEAD);
}

void rig_seal_read(struct rig_ids *ids, uint64_t counter,
		   struct rig_message *message)
{
	struct read_request request = read_request(FATHOM_SPACE_PHYSICAL,
						   RIG_SECRET, RIG_SECRET_SIZE);

	rig_seal(ids, counter, &request, sizeof(request), message);
}

size_t rig_open(struct rig_ids *ids, const struct rig_message *request,
		const struct rig_message *reply, uint8_t *plain)
{
	struct fathom_seal_header sent;
	struct fathom_seal_header header;

	assert_true(frame_parse(request->bytes, request->size, &sent));
	if (!frame_parse(reply->bytes, reply->size, &header) ||
	    header.type != FATHOM_SEAL_REPLY ||
	    header.session != ids->session || header.counter != sent.counter ||
	    !frame_open(&ids->receive, &header,
			frame_tag(request->bytes, request->size), reply->bytes,
			plain))
		return SIZE_MAX;
	return header.length - FATHOM_SEAL_TAG_SIZE;
}

bool rig_serves(struct rig *rig, struct rig_ids *ids, uint64_t counter)
{
	struct rig_message request;
	struct rig_message reply;
	uint8_t plain[512];
	size_t size;

	rig_seal_read(ids, counter, &request);
	rig_send(rig, request.bytes, request.size, &reply);
	if (!reply.size)
		return false;
	assert_true(reply.size <= sizeof(plain));
	assert_false(rig_contains(reply.bytes, reply.size, rig->secret,
				  RIG_SECRET_SIZE));
	size = rig_open(ids, &request, &reply, plain);
	assert_int_not_equal(size, SIZE_MAX);
	return rig_contains(plain, size, rig->secret, RIG_SECRET_SIZE);
}

bool rig_contains(const void *haystack, size_t size, const void *needle,
		  size_t needle_size)
{
	return memmem(haystack, size, needle, needle_size) != NULL;
}
