/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * The example of docs/protocol.md: with keys and times that are fixed, all
 * bytes are. So the format cannot change unnoticed, nor the document be wrong.
 */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fathom/sealed_agent.h>

#include "frame.h"
#include "noise.h"
#include "platform.h"

#include <cmocka.h>

/* Each key is one byte, 32 times. */
#define AGENT_KEY	0x11
#define IDS_KEY		0x22
#define IDS_EPHEMERAL	0x33
#define AGENT_EPHEMERAL 0x44
#define HELLO_TIME	UINT64_C(1000000000000000000)

/* Of the only key that is made at random: the agent's ephemeral one. */
bool fathom_platform_random(void *buffer, size_t size)
{
	memset(buffer, AGENT_EPHEMERAL, size);
	return true;
}

static uint32_t no_read(void *context, uint64_t address, void *buffer,
			uint32_t size)
{
	(void)context;
	(void)address;
	(void)buffer;
	(void)size;
	return FATHOM_WIRE_NOT_RAM;
}

static uint32_t no_cpus(void *context, const struct fathom_wire_cpu **cpus,
			uint32_t *count)
{
	(void)context;
	*cpus = NULL;
	*count = 0;
	return FATHOM_WIRE_OK;
}

static uint64_t no_clock(void *context)
{
	(void)context;
	return 0;
}

static const struct fathom_agent_port port = {no_read, no_cpus, NULL};
static const struct fathom_sealed_agent_port sealed_port = {no_clock};
static const struct fathom_wire_range ram = {0, 1 << 20};

static struct fathom_agent agent = {
	.port = &port,
	.ranges = &ram,
	.range_count = 1,
	.limits = {65536, 1 << 20, 1024, 1 << 20},
};

static uint8_t reply[(1 << 20) + FATHOM_SEAL_OVERHEAD];

static void key_of(struct crypto_private_key *key, uint8_t byte)
{
	uint8_t raw[CRYPTO_KEY_SIZE];

	memset(raw, byte, sizeof(raw));
	assert_true(crypto_private_key_load(key, raw));
}

static struct fathom_sealed_agent *
start(const struct crypto_private_key *ids_key)
{
	static uint8_t request[65536];
	struct {
		struct fathom_key_store header;
		uint8_t ids[FATHOM_KEY_SIZE];
	} store = {{FATHOM_KEY_STORE_MAGIC, FATHOM_KEY_STORE_VERSION, 1, {0}},
		   {0}};
	const struct fathom_sealed_agent_settings settings = {
		.port = &sealed_port,
		.agent = &agent,
		.keys = &store.header,
		.keys_size = sizeof(store),
		.request = request,
		.reply = reply,
	};
	struct fathom_sealed_agent *sealed = malloc(fathom_sealed_agent_size());

	memset(store.header.private_key, AGENT_KEY, FATHOM_KEY_SIZE);
	memcpy(store.ids, ids_key->public_key, FATHOM_KEY_SIZE);
	assert_non_null(sealed);
	assert_true(fathom_sealed_agent_start(sealed, &settings));
	return sealed;
}

/* The document, without white space. */
static char *document;

static int read_document(void **state)
{
	FILE *file = fopen(FATHOM_PROTOCOL_DOCUMENT, "r");
	size_t length = 0;
	int c;

	(void)state;
	document = calloc(1, 1 << 20);
	assert_true(file && document);
	while ((c = getc(file)) != EOF && length < (1 << 20) - 1) {
		if (!isspace(c))
			document[length++] = (char)c;
	}
	fclose(file);
	return 0;
}

static int forget_document(void **state)
{
	(void)state;
	free(document);
	return 0;
}

/* Whether the document has these bytes; says what it should have, if not. */
static void is_documented(const char *what, const uint8_t *bytes, size_t size)
{
	char *text = calloc(2, size + 1);
	size_t i;

	assert_non_null(text);
	for (i = 0; i < size; i++)
		sprintf(text + 2 * i, "%02x", bytes[i]);
	if (!strstr(document, text))
		fail_msg("docs/protocol.md lacks the %s: %s", what, text);
	free(text);
}

static void example(void **state)
{
	static const struct crypto_bytes prologue = {
		FATHOM_SEAL_PROLOGUE, sizeof(FATHOM_SEAL_PROLOGUE) - 1};
	const struct fathom_seal_hello hello = {HELLO_TIME};
	const struct fathom_wire_header info = {
		FATHOM_WIRE_MAGIC, FATHOM_WIRE_VERSION, FATHOM_WIRE_INFO, 0, 0};
	struct fathom_seal_header header =
		frame_header(FATHOM_SEAL_HELLO, 0, 0, FATHOM_SEAL_HELLO_LENGTH);
	struct crypto_private_key agent_key;
	struct crypto_private_key ids_key;
	struct fathom_sealed_agent *sealed;
	struct crypto_cipher ciphers[2];
	struct noise_handshake noise;
	uint8_t message[256];
	const void *answer;
	size_t size;

	(void)state;
	key_of(&agent_key, AGENT_KEY);
	key_of(&ids_key, IDS_KEY);
	sealed = start(&ids_key);
	is_documented("agent's public key", agent_key.public_key,
		      CRYPTO_KEY_SIZE);
	is_documented("IDS's public key", ids_key.public_key, CRYPTO_KEY_SIZE);
	memcpy(message, &header, sizeof(header));
	assert_true(
		noise_start(&noise, &ids_key, agent_key.public_key, prologue));
	key_of(&noise.e, IDS_EPHEMERAL);
	assert_true(noise_write_hello(
		&noise, (struct crypto_bytes){&hello, sizeof(hello)},
		message + sizeof(header)));
	size = sizeof(header) + header.length;
	is_documented("HELLO", message, size);
	size = fathom_sealed_agent_handle(sealed, message, size, &answer);
	is_documented("WELCOME", answer, size);
	assert_true(frame_parse(answer, size, &header));
	assert_true(noise_read_welcome(
		&noise,
		(struct crypto_bytes){(const uint8_t *)answer + sizeof(header),
				      header.length},
		message));
	assert_true(crypto_cipher_create(&ciphers[0]));
	assert_true(crypto_cipher_create(&ciphers[1]));
	assert_true(noise_split(&noise, &ciphers[0], &ciphers[1]));
	header = frame_header(FATHOM_SEAL_REQUEST, 1, 1, 0);
	memcpy(message + sizeof(header), &info, sizeof(info));
	size = frame_seal(&ciphers[0], &header, NULL, message, sizeof(info));
	is_documented("REQUEST", message, size);
	size = fathom_sealed_agent_handle(sealed, message, size, &answer);
	is_documented("REPLY", answer, size);
	fathom_sealed_agent_stop(sealed);
	free(sealed);
	noise_wipe(&noise);
	crypto_cipher_destroy(&ciphers[0]);
	crypto_cipher_destroy(&ciphers[1]);
	crypto_private_key_wipe(&agent_key);
	crypto_private_key_wipe(&ids_key);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(example)};

	return cmocka_run_group_tests(tests, read_document, forget_document);
}
