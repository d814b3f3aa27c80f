/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * Published vectors, tried wherever the agent starts: whatever library it was
 * linked to, in firmware or on a host, computes what everybody else's does.
 */
#include "crypto.h"
#include "crypto_vectors.h"
#include "noise.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define LONGEST	     160 /* bytes of a vector's value */

/* Bytes that were written down in hexadecimal. */
struct value {
	uint8_t data[LONGEST];
	size_t size;
};

static uint8_t digit(char c)
{
	return (uint8_t)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static struct value value(const char *text)
{
	struct value value = {.size = 0};

	for (; text[0] && text[1] && value.size < LONGEST; text += 2) {
		value.data[value.size] =
			(uint8_t)(digit(text[0]) << 4 | digit(text[1]));
		value.size++;
	}
	return value;
}

static struct crypto_bytes bytes(const struct value *value)
{
	return (struct crypto_bytes){value->data, value->size};
}

/* Whether what was computed is what was written down. */
static bool is(const uint8_t *data, const char *wanted)
{
	struct value right = value(wanted);

	return crypto_equal(data, right.data, right.size);
}

static bool load(struct crypto_private_key *key, const char *text)
{
	struct value raw = value(text);

	return crypto_private_key_load(key, raw.data);
}

static bool test_sha256(void)
{
	uint8_t hash[CRYPTO_HASH_SIZE];

	return crypto_sha256((struct crypto_bytes){"a", 1},
			     (struct crypto_bytes){"bc", 2}, hash) &&
	       is(hash, crypto_sha256_abc);
}

static bool test_hkdf(void)
{
	static const uint8_t salt[CRYPTO_HASH_SIZE];
	struct value input = value(crypto_hkdf_input);
	uint8_t blocks[2 * CRYPTO_HASH_SIZE];

	return crypto_hkdf(salt, bytes(&input), blocks,
			   blocks + CRYPTO_HASH_SIZE) &&
	       is(blocks, crypto_hkdf_output);
}

static bool x25519_matches(const struct crypto_x25519_vector *vector)
{
	struct value peer = value(vector->public_key);
	struct crypto_private_key key;
	uint8_t shared[CRYPTO_KEY_SIZE];
	bool ok;

	if (!load(&key, vector->private_key))
		return false;
	ok = crypto_x25519(&key, peer.data, shared) &&
	     is(shared, vector->shared);
	crypto_private_key_wipe(&key);
	return ok;
}

static bool test_x25519(void)
{
	bool ok = true;
	size_t i;

	for (i = 0; i < COUNT(crypto_x25519_vectors); i++)
		ok = ok && x25519_matches(&crypto_x25519_vectors[i]);
	return ok;
}

/* There and back; and that a tag that is not right is refused. */
static bool gcm_matches(struct crypto_cipher *cipher,
			const struct crypto_gcm_vector *vector)
{
	struct value key = value(vector->key);
	struct value nonce = value(vector->nonce);
	struct value associated = value(vector->associated);
	struct value plain = value(vector->plain);
	struct value sealed = value(vector->sealed);
	struct crypto_bytes parts[2] = {bytes(&associated), {NULL, 0}};
	uint8_t buffer[LONGEST];

	if (!crypto_cipher_set_key(cipher, key.data) ||
	    !crypto_seal(cipher, nonce.data, parts, bytes(&plain), buffer) ||
	    !is(buffer, vector->sealed) ||
	    !crypto_open(cipher, nonce.data, parts, bytes(&sealed), buffer) ||
	    !is(buffer, vector->plain))
		return false;
	sealed.data[sealed.size - 1] ^= 1;
	return !crypto_open(cipher, nonce.data, parts, bytes(&sealed), buffer);
}

static bool test_gcm(void)
{
	struct crypto_cipher cipher;
	bool ok = crypto_cipher_create(&cipher);
	size_t i;

	for (i = 0; i < COUNT(crypto_gcm_vectors); i++)
		ok = ok && gcm_matches(&cipher, &crypto_gcm_vectors[i]);
	crypto_cipher_destroy(&cipher);
	return ok;
}

/* Both sides of a handshake, each with its ciphers: for requests, replies. */
struct side {
	struct crypto_private_key key;
	struct noise_handshake noise;
	struct crypto_cipher ciphers[2];
};

static bool side_start(struct side *side, const char *key,
		       const char *ephemeral, const char *responder,
		       const char *prologue_text)
{
	struct value responder_key = value(responder);
	struct value prologue = value(prologue_text);

	__builtin_memset(side, 0, sizeof(*side));
	return load(&side->key, key) &&
	       noise_start(&side->noise, &side->key, responder_key.data,
			   bytes(&prologue)) &&
	       load(&side->noise.e, ephemeral) &&
	       crypto_cipher_create(&side->ciphers[0]) &&
	       crypto_cipher_create(&side->ciphers[1]);
}

static void side_end(struct side *side)
{
	noise_wipe(&side->noise);
	crypto_private_key_wipe(&side->key);
	crypto_cipher_destroy(&side->ciphers[0]);
	crypto_cipher_destroy(&side->ciphers[1]);
}

static bool handshake_matches(struct side *ids, struct side *agent,
			      const struct crypto_noise_vector *vector)
{
	struct value hello = value(vector->messages[0].payload);
	struct value welcome = value(vector->messages[1].payload);
	uint8_t sent[LONGEST];
	uint8_t got[LONGEST];

	return noise_write_hello(&ids->noise, bytes(&hello), sent) &&
	       is(sent, vector->messages[0].sent) &&
	       noise_read_hello(
		       &agent->noise,
		       (struct crypto_bytes){sent,
					     hello.size + NOISE_HELLO_OVERHEAD},
		       got) &&
	       is(got, vector->messages[0].payload) &&
	       crypto_equal(agent->noise.rs, ids->key.public_key,
			    CRYPTO_KEY_SIZE) &&
	       noise_write_welcome(&agent->noise, bytes(&welcome), sent) &&
	       is(sent, vector->messages[1].sent) &&
	       noise_read_welcome(
		       &ids->noise,
		       (struct crypto_bytes){
			       sent, welcome.size + NOISE_WELCOME_OVERHEAD},
		       got) &&
	       is(got, vector->messages[1].payload) &&
	       noise_split(&ids->noise, &ids->ciphers[0], &ids->ciphers[1]) &&
	       noise_split(&agent->noise, &agent->ciphers[0],
			   &agent->ciphers[1]);
}

/* Message @index, after the handshake: Noise has no header, hence no data. */
static bool transport_matches(struct side *ids, struct side *agent,
			      const struct crypto_noise_vector *vector,
			      size_t index)
{
	const struct crypto_bytes none[2] = {{NULL, 0}, {NULL, 0}};
	struct value plain = value(vector->messages[index].payload);
	struct value sent = value(vector->messages[index].sent);
	struct side *sender = index % 2 ? agent : ids;
	struct side *receiver = index % 2 ? ids : agent;
	uint8_t nonce[CRYPTO_NONCE_SIZE];
	uint8_t buffer[LONGEST];

	crypto_nonce(index / 2 - 1, nonce);
	return crypto_seal(&sender->ciphers[index % 2], nonce, none,
			   bytes(&plain), buffer) &&
	       is(buffer, vector->messages[index].sent) &&
	       crypto_open(&receiver->ciphers[index % 2], nonce, none,
			   bytes(&sent), buffer) &&
	       is(buffer, vector->messages[index].payload);
}

static bool noise_matches(const struct crypto_noise_vector *vector)
{
	struct side ids;
	struct side agent;
	bool ok;
	size_t i;

	ok = side_start(&ids, vector->ids_static, vector->ids_ephemeral,
			vector->agent_public, vector->prologue);
	ok = side_start(&agent, vector->agent_static, vector->agent_ephemeral,
			vector->agent_public, vector->prologue) &&
	     ok && handshake_matches(&ids, &agent, vector);
	for (i = 2; i < CRYPTO_NOISE_MESSAGES && vector->messages[i].sent; i++)
		ok = ok && transport_matches(&ids, &agent, vector, i);
	side_end(&ids);
	side_end(&agent);
	return ok;
}

static bool test_noise(void)
{
	bool ok = true;
	size_t i;

	for (i = 0; i < COUNT(crypto_noise_vectors); i++)
		ok = ok && noise_matches(&crypto_noise_vectors[i]);
	return ok;
}

const char *crypto_self_test(void)
{
	if (!test_sha256())
		return "SHA-256";
	if (!test_hkdf())
		return "HKDF";
	if (!test_x25519())
		return "X25519";
	if (!test_gcm())
		return "AES-256-GCM";
	if (!test_noise())
		return "Noise IK";
	return NULL;
}
