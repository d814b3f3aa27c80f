/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * Handshakes and frames, the agent's side. What is authentic and in order is
 * answered with what authenticates; everything else with silence.
 */
#include "fuzz_seal.h"

static struct fathom_sealed_agent *sealed;
static struct fuzz_keys keys;

/* The IDS. */
static struct crypto_private_key ids_key;
static struct noise_handshake noise;
static struct crypto_cipher to_agent;
static struct crypto_cipher to_ids;
static uint32_t session; /* 0: none */
static uint64_t counter;
static uint64_t hello_time;

static const uint8_t *answer;

/* A copy of just that size: reads beyond it are seen. */
static size_t tell(const void *bytes, size_t size)
{
	void *copy = malloc(size ? size : 1);
	const void *reply = NULL;
	size_t reply_size;

	DEMAND(copy);
	memcpy(copy, bytes, size);
	reply_size = fathom_sealed_agent_handle(sealed, copy, size, &reply);
	free(copy);
	answer = reply;
	return reply_size;
}

static void start(void)
{
	if (sealed)
		return;
	sealed = fuzz_sealed_agent(&keys);
	DEMAND(crypto_private_key_load(&ids_key, keys.ids));
	DEMAND(crypto_cipher_create(&to_agent));
	DEMAND(crypto_cipher_create(&to_ids));
}

struct hello_message {
	struct fathom_seal_header header;
	uint8_t text[FATHOM_SEAL_HELLO_LENGTH];
};

static void write_hello(struct hello_message *message, uint64_t time)
{
	static const struct crypto_bytes prologue = {
		FATHOM_SEAL_PROLOGUE, sizeof(FATHOM_SEAL_PROLOGUE) - 1};
	const struct fathom_seal_hello hello = {time};

	noise_wipe(&noise);
	message->header =
		frame_header(FATHOM_SEAL_HELLO, 0, 0, sizeof(message->text));
	DEMAND(noise_start(&noise, &ids_key, keys.agent, prologue));
	DEMAND(crypto_private_key_generate(&noise.e));
	DEMAND(noise_write_hello(&noise,
				 (struct crypto_bytes){&hello, sizeof(hello)},
				 message->text));
}

static void read_welcome(size_t size)
{
	struct fathom_seal_welcome welcome;
	struct fathom_seal_header header;

	DEMAND(frame_parse(answer, size, &header));
	DEMAND(header.type == FATHOM_SEAL_WELCOME);
	DEMAND(noise_read_welcome(
		&noise,
		(struct crypto_bytes){answer + sizeof(header), header.length},
		(uint8_t *)&welcome));
	DEMAND(noise_split(&noise, &to_agent, &to_ids));
	session = welcome.session;
	counter = 0;
	DEMAND(session);
}

static void shake_hands(void)
{
	struct hello_message message;
	size_t size;

	write_hello(&message, ++hello_time);
	size = tell(&message, sizeof(message));
	read_welcome(size);
	/* Not twice. */
	DEMAND(!tell(&message, sizeof(message)));
}

/* Change @message in a place or some; whether it is another one now. */
static bool change(struct fuzz_input *input, void *message, size_t size)
{
	uint8_t original[1024 + FATHOM_SEAL_OVERHEAD];
	uint8_t *bytes = message;
	uint8_t times;

	DEMAND(size <= sizeof(original));
	memcpy(original, message, size);
	fuzz_take(input, &times, sizeof(times));
	for (times %= 4; times != UINT8_MAX; times--) {
		uint16_t where;
		uint8_t what;

		fuzz_take(input, &where, sizeof(where));
		fuzz_take(input, &what, sizeof(what));
		bytes[where % size] ^= what;
	}
	return memcmp(original, message, size) != 0;
}

static void changed_hello(struct fuzz_input *input)
{
	struct hello_message message;

	write_hello(&message, hello_time + 1);
	if (change(input, &message, sizeof(message)))
		DEMAND(!tell(&message, sizeof(message)));
}

/* A request of the input's, sealed under the next number. */
static size_t seal_request(struct fuzz_input *input, uint8_t *frame)
{
	struct fathom_seal_header header;
	uint16_t length;

	fuzz_take(input, &length, sizeof(length));
	length %= 1024 + 1;
	if (length > input->size)
		length = (uint16_t)input->size;
	fuzz_take(input, frame + sizeof(header), length);
	header = frame_header(FATHOM_SEAL_REQUEST, session, ++counter, 0);
	return frame_seal(&to_agent, &header, NULL, frame, length);
}

static void good_request(struct fuzz_input *input)
{
	uint8_t frame[1024 + FATHOM_SEAL_OVERHEAD];
	uint8_t plain[MAX_REPLY];
	struct fathom_seal_header header;
	size_t size = seal_request(input, frame);
	size_t got = tell(frame, size);

	DEMAND(frame_parse(answer, got, &header));
	DEMAND(header.type == FATHOM_SEAL_REPLY);
	DEMAND(header.session == session && header.counter == counter);
	DEMAND(frame_open(&to_ids, &header, frame_tag(frame, size), answer,
			  plain));
	DEMAND(header.length >=
	       FATHOM_SEAL_TAG_SIZE + sizeof(struct fathom_wire_header));
	DEMAND(!tell(frame, size));
}

static void changed_request(struct fuzz_input *input)
{
	uint8_t frame[1024 + FATHOM_SEAL_OVERHEAD];
	size_t size = seal_request(input, frame);

	if (change(input, frame, size))
		DEMAND(!tell(frame, size));
}

/* Nothing of the input's own making authenticates. */
static void raw_message(struct fuzz_input *input, bool with_header)
{
	uint8_t message[512];
	struct fathom_seal_header header = {0};
	uint8_t size;
	size_t start = with_header ? sizeof(header) : 0;

	fuzz_take(input, &size, sizeof(size));
	if (with_header) {
		fuzz_take(input, &header.type, 1);
		header = frame_header(header.type % 6, session, counter + 1,
				      size);
		memcpy(message, &header, sizeof(header));
	}
	fuzz_take(input, message + start, size);
	DEMAND(!tell(message, start + size));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};
	unsigned int steps;

	start();
	for (steps = 0; input.size && steps < 16; steps++) {
		uint8_t what;

		fuzz_take(&input, &what, sizeof(what));
		if (!session || what % 32 == 31)
			shake_hands();
		if (what % 32 == 30)
			changed_hello(&input);
		else if (what % 4 == 0)
			good_request(&input);
		else if (what % 4 == 1)
			changed_request(&input);
		else
			raw_message(&input, what % 4 == 2);
	}
	return 0;
}
