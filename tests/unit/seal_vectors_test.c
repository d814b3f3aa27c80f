/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * The cryptography against published vectors: those of crypto_vectors.h, and
 * what else is worth trying on a host (RFC 4231, FIPS 180-2).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto.h"
#include "crypto_vectors.h"
#include "noise.h"

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct value {
	uint8_t data[288];
	size_t size;
};

static struct value value(const char *text)
{
	struct value value = {.size = strlen(text) / 2};
	size_t i;

	assert_true(strlen(text) % 2 == 0 && value.size <= sizeof(value.data));
	for (i = 0; i < value.size; i++) {
		unsigned int byte;

		assert_int_equal(sscanf(text + 2 * i, "%2x", &byte), 1);
		value.data[i] = (uint8_t)byte;
	}
	return value;
}

static struct crypto_bytes bytes(const struct value *value)
{
	return (struct crypto_bytes){value->data, value->size};
}

static void assert_value(const uint8_t *data, const char *wanted)
{
	struct value right = value(wanted);

	assert_memory_equal(data, right.data, right.size);
}

/* @cut bytes of the associated data go into the first of its two stretches. */
static void check_gcm(const struct crypto_gcm_vector *vector,
		      struct crypto_cipher *cipher, size_t cut)
{
	struct value nonce = value(vector->nonce);
	struct value associated = value(vector->associated);
	struct value plain = value(vector->plain);
	struct value sealed = value(vector->sealed);
	struct crypto_bytes parts[2] = {
		{associated.data, cut},
		{associated.data + cut, associated.size - cut}};
	uint8_t buffer[sizeof(plain.data)];

	assert_true(
		crypto_seal(cipher, nonce.data, parts, bytes(&plain), buffer));
	assert_memory_equal(buffer, sealed.data, sealed.size);
	/* In place, too. */
	memcpy(buffer, plain.data, plain.size);
	assert_true(crypto_seal(cipher, nonce.data, parts,
				(struct crypto_bytes){buffer, plain.size},
				buffer));
	assert_memory_equal(buffer, sealed.data, sealed.size);
	assert_true(crypto_open(cipher, nonce.data, parts,
				(struct crypto_bytes){buffer, sealed.size},
				buffer));
	assert_memory_equal(buffer, plain.data, plain.size);
}

static void gcm(void **state)
{
	struct crypto_cipher cipher;
	size_t i;

	(void)state;
	/* One context for all: nothing of a key outlives it. */
	assert_true(crypto_cipher_create(&cipher));
	for (i = 0; i < COUNT(crypto_gcm_vectors); i++) {
		const struct crypto_gcm_vector *vector = &crypto_gcm_vectors[i];
		size_t length = strlen(vector->associated) / 2;
		struct value key = value(vector->key);
		size_t cut;

		assert_true(crypto_cipher_set_key(&cipher, key.data));
		for (cut = 0; cut <= length; cut++)
			check_gcm(vector, &cipher, cut);
	}
	crypto_cipher_destroy(&cipher);
}

/* Every bit of nonce, associated data, text and tag counts. */
static void gcm_forgeries(void **state)
{
	const struct crypto_gcm_vector *vector = &crypto_gcm_vectors[2];
	struct value nonce = value(vector->nonce);
	struct value associated = value(vector->associated);
	struct value sealed = value(vector->sealed);
	struct value *fields[] = {&nonce, &associated, &sealed};
	struct value key = value(vector->key);
	struct crypto_cipher cipher;
	uint8_t buffer[64];
	size_t field;
	size_t bit;

	(void)state;
	assert_true(crypto_cipher_create(&cipher));
	assert_true(crypto_cipher_set_key(&cipher, key.data));
	for (field = 0; field < COUNT(fields); field++) {
		for (bit = 0; bit < 8 * fields[field]->size; bit++) {
			struct crypto_bytes parts[2] = {bytes(&associated)};

			fields[field]->data[bit / 8] ^= (uint8_t)(1 << bit % 8);
			memset(buffer, 0xa5, sizeof(buffer));
			assert_false(crypto_open(&cipher, nonce.data, parts,
						 bytes(&sealed), buffer));
			assert_true(crypto_is_zero(buffer, sealed.size - 16));
			assert_int_equal(buffer[sealed.size - 16], 0xa5);
			fields[field]->data[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
	}
	check_gcm(vector, &cipher, 0);
	crypto_cipher_destroy(&cipher);
}

/* Too short for a tag, or without a key: no crash, no success. */
static void gcm_misuse(void **state)
{
	const struct crypto_bytes parts[2] = {{0}};
	const uint8_t nonce[CRYPTO_NONCE_SIZE] = {0};
	const uint8_t key[CRYPTO_KEY_SIZE] = {1};
	struct crypto_cipher cipher;
	uint8_t buffer[32] = {0};
	size_t size;

	(void)state;
	assert_true(crypto_cipher_create(&cipher));
	assert_false(crypto_seal(&cipher, nonce, parts,
				 (struct crypto_bytes){buffer, 1}, buffer));
	assert_true(crypto_cipher_set_key(&cipher, key));
	for (size = 0; size < CRYPTO_TAG_SIZE; size++)
		assert_false(crypto_open(&cipher, nonce, parts,
					 (struct crypto_bytes){buffer, size},
					 buffer));
	assert_true(crypto_seal(&cipher, nonce, parts,
				(struct crypto_bytes){buffer, 1}, buffer));
	crypto_cipher_wipe(&cipher);
	assert_false(crypto_seal(&cipher, nonce, parts,
				 (struct crypto_bytes){buffer, 1}, buffer));
	crypto_cipher_destroy(&cipher);
	assert_false(crypto_cipher_set_key(&cipher, key));
}

static void x25519(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(crypto_x25519_vectors); i++) {
		const struct crypto_x25519_vector *vector =
			&crypto_x25519_vectors[i];
		struct value raw = value(vector->private_key);
		struct value peer = value(vector->public_key);
		struct crypto_private_key key;
		uint8_t shared[CRYPTO_KEY_SIZE];

		assert_true(crypto_private_key_load(&key, raw.data));
		assert_true(crypto_x25519(&key, peer.data, shared));
		assert_value(shared, vector->shared);
		crypto_private_key_wipe(&key);
		assert_null(key.handle);
		assert_false(crypto_x25519(&key, peer.data, shared));
	}
}

static void sha256(void **state)
{
	uint8_t hash[CRYPTO_HASH_SIZE];

	(void)state;
	/* FIPS 180-2, B.2: 56 bytes, which need a second block. */
	assert_true(crypto_sha256(
		(struct crypto_bytes){"abcdbcdecdefdefgefgh", 20},
		(struct crypto_bytes){"fghighijhijkijkljklmklmnlmnomnopnopq",
				      36},
		hash));
	assert_value(
		hash,
		"248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
	assert_true(crypto_sha256((struct crypto_bytes){NULL, 0},
				  (struct crypto_bytes){NULL, 0}, hash));
	assert_value(
		hash,
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void hmac(void **state)
{
	struct value key = value("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b");
	uint8_t mac[CRYPTO_HASH_SIZE];

	(void)state;
	/* RFC 4231, 4.2 and 4.3. */
	assert_true(crypto_hmac(bytes(&key),
				(struct crypto_bytes){"Hi There", 8}, mac));
	assert_value(
		mac,
		"b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
	assert_true(crypto_hmac(
		(struct crypto_bytes){"Jefe", 4},
		(struct crypto_bytes){"what do ya want for nothing?", 28},
		mac));
	assert_value(
		mac,
		"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

static void hkdf(void **state)
{
	static const uint8_t salt[CRYPTO_HASH_SIZE];
	struct value input = value(crypto_hkdf_input);
	uint8_t blocks[2 * CRYPTO_HASH_SIZE];

	(void)state;
	assert_true(crypto_hkdf(salt, bytes(&input), blocks,
				blocks + CRYPTO_HASH_SIZE));
	assert_value(blocks, crypto_hkdf_output);
}

/* Both sides of one handshake, with the keys that the vector wants. */
struct handshake {
	struct crypto_private_key ids_key;
	struct crypto_private_key agent_key;
	struct noise_handshake ids;
	struct noise_handshake agent;
	struct crypto_cipher ids_ciphers[2];
	struct crypto_cipher agent_ciphers[2];
};

static void load(struct crypto_private_key *key, const char *text)
{
	struct value raw = value(text);

	assert_true(crypto_private_key_load(key, raw.data));
}

static void begin(struct handshake *both,
		  const struct crypto_noise_vector *vector)
{
	struct value prologue = value(vector->prologue);
	size_t i;

	load(&both->ids_key, vector->ids_static);
	load(&both->agent_key, vector->agent_static);
	assert_value(both->agent_key.public_key, vector->agent_public);
	assert_true(noise_start(&both->ids, &both->ids_key,
				both->agent_key.public_key, bytes(&prologue)));
	assert_true(noise_start(&both->agent, &both->agent_key,
				both->agent_key.public_key, bytes(&prologue)));
	load(&both->ids.e, vector->ids_ephemeral);
	load(&both->agent.e, vector->agent_ephemeral);
	for (i = 0; i < 2; i++) {
		assert_true(crypto_cipher_create(&both->ids_ciphers[i]));
		assert_true(crypto_cipher_create(&both->agent_ciphers[i]));
	}
}

static void end(struct handshake *both)
{
	size_t i;

	noise_wipe(&both->ids);
	noise_wipe(&both->agent);
	assert_true(crypto_is_zero(&both->ids, sizeof(both->ids)));
	crypto_private_key_wipe(&both->ids_key);
	crypto_private_key_wipe(&both->agent_key);
	for (i = 0; i < 2; i++) {
		crypto_cipher_destroy(&both->ids_ciphers[i]);
		crypto_cipher_destroy(&both->agent_ciphers[i]);
	}
}

static void check_handshake(struct handshake *both,
			    const struct crypto_noise_vector *vector)
{
	struct value hello = value(vector->messages[0].payload);
	struct value welcome = value(vector->messages[1].payload);
	struct value sent;
	uint8_t buffer[256];

	assert_true(noise_write_hello(&both->ids, bytes(&hello), buffer));
	assert_value(buffer, vector->messages[0].sent);
	sent = value(vector->messages[0].sent);
	assert_true(noise_read_hello(&both->agent, bytes(&sent), buffer));
	assert_memory_equal(buffer, hello.data, hello.size);
	assert_memory_equal(both->agent.rs, both->ids_key.public_key,
			    CRYPTO_KEY_SIZE);
	assert_true(noise_write_welcome(&both->agent, bytes(&welcome), buffer));
	assert_value(buffer, vector->messages[1].sent);
	sent = value(vector->messages[1].sent);
	assert_true(noise_read_welcome(&both->ids, bytes(&sent), buffer));
	assert_memory_equal(buffer, welcome.data, welcome.size);
	assert_memory_equal(both->ids.h, both->agent.h, CRYPTO_HASH_SIZE);
	assert_true(noise_split(&both->ids, &both->ids_ciphers[0],
				&both->ids_ciphers[1]));
	assert_true(noise_split(&both->agent, &both->agent_ciphers[0],
				&both->agent_ciphers[1]));
}

static void check_transport(struct handshake *both,
			    const struct crypto_noise_vector *vector,
			    size_t index)
{
	const struct crypto_bytes none[2] = {{0}};
	struct value plain = value(vector->messages[index].payload);
	struct value sent = value(vector->messages[index].sent);
	bool from_agent = index % 2;
	struct crypto_cipher *sender = from_agent ? &both->agent_ciphers[1]
						  : &both->ids_ciphers[0];
	struct crypto_cipher *receiver = from_agent ? &both->ids_ciphers[1]
						    : &both->agent_ciphers[0];
	uint8_t nonce[CRYPTO_NONCE_SIZE];
	uint8_t buffer[64];

	crypto_nonce(index / 2 - 1, nonce);
	assert_true(crypto_seal(sender, nonce, none, bytes(&plain), buffer));
	assert_memory_equal(buffer, sent.data, sent.size);
	assert_true(crypto_open(receiver, nonce, none, bytes(&sent), buffer));
	assert_memory_equal(buffer, plain.data, plain.size);
}

static void noise(void **state)
{
	struct handshake both;
	size_t i;
	size_t message;

	(void)state;
	for (i = 0; i < COUNT(crypto_noise_vectors); i++) {
		const struct crypto_noise_vector *vector =
			&crypto_noise_vectors[i];

		begin(&both, vector);
		check_handshake(&both, vector);
		for (message = 2; message < CRYPTO_NOISE_MESSAGES &&
				  vector->messages[message].payload;
		     message++)
			check_transport(&both, vector, message);
		end(&both);
	}
}

/* Noise 12.3. */
static void nonces(void **state)
{
	uint8_t nonce[CRYPTO_NONCE_SIZE];

	(void)state;
	crypto_nonce(UINT64_C(0x0102030405060708), nonce);
	assert_value(nonce, "000000000102030405060708");
}

static void comparisons(void **state)
{
	uint8_t a[40];
	uint8_t b[40];
	size_t i;

	(void)state;
	memset(a, 7, sizeof(a));
	memset(b, 7, sizeof(b));
	assert_true(crypto_equal(a, b, sizeof(a)));
	assert_true(crypto_equal(a, b, 0));
	for (i = 0; i < sizeof(a); i++) {
		b[i] ^= 0x80;
		assert_false(crypto_equal(a, b, sizeof(a)));
		b[i] ^= 0x80;
	}
	crypto_wipe(a, sizeof(a));
	assert_true(crypto_is_zero(a, sizeof(a)));
	a[39] = 1;
	assert_false(crypto_is_zero(a, sizeof(a)));
}

/* The vectors that firmware tries on its own OpenSSL before it serves. */
static void self_test(void **state)
{
	const char *wrong = crypto_self_test();

	(void)state;
	if (wrong)
		fail_msg("the self-test says that %s is wrong", wrong);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gcm),	      cmocka_unit_test(gcm_forgeries),
		cmocka_unit_test(gcm_misuse), cmocka_unit_test(x25519),
		cmocka_unit_test(sha256),     cmocka_unit_test(hmac),
		cmocka_unit_test(hkdf),	      cmocka_unit_test(noise),
		cmocka_unit_test(nonces),     cmocka_unit_test(comparisons),
		cmocka_unit_test(self_test),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
