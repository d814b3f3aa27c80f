/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The Noise handshake of pattern IK. Numbers are sections of revision 34. */
#include "noise.h"

/* 5.2: padded with zeroes to the size of a hash, which it is shorter than. */
static const uint8_t protocol_name[CRYPTO_HASH_SIZE] =
	"Noise_IK_25519_AESGCM_SHA256";

static struct crypto_bytes bytes(const void *data, size_t size)
{
	return (struct crypto_bytes){data, size};
}

/* 5.2 MixHash. */
static bool mix_hash(struct noise_handshake *noise, struct crypto_bytes data)
{
	return crypto_sha256(bytes(noise->h, sizeof(noise->h)), data, noise->h);
}

/* 5.2 MixKey, of a Diffie-Hellman result. */
static bool mix_key(struct noise_handshake *noise,
		    const struct crypto_private_key *key,
		    const uint8_t *public_key)
{
	uint8_t shared[CRYPTO_KEY_SIZE];
	uint8_t k[CRYPTO_HASH_SIZE];
	bool ok;

	ok = crypto_x25519(key, public_key, shared) &&
	     crypto_hkdf(noise->ck, bytes(shared, sizeof(shared)), noise->ck,
			 k) &&
	     crypto_cipher_set_key(&noise->cipher, k);
	noise->n = 0;
	crypto_wipe(shared, sizeof(shared));
	crypto_wipe(k, sizeof(k));
	return ok;
}

/* 5.2 EncryptAndHash: @plain.size + CRYPTO_TAG_SIZE bytes to @sealed. */
static bool encrypt_and_hash(struct noise_handshake *noise,
			     struct crypto_bytes plain, uint8_t *sealed)
{
	const struct crypto_bytes associated[2] = {
		bytes(noise->h, sizeof(noise->h)), bytes(NULL, 0)};
	uint8_t nonce[CRYPTO_NONCE_SIZE];

	crypto_nonce(noise->n++, nonce);
	return crypto_seal(&noise->cipher, nonce, associated, plain, sealed) &&
	       mix_hash(noise, bytes(sealed, plain.size + CRYPTO_TAG_SIZE));
}

/* 5.2 DecryptAndHash. */
static bool decrypt_and_hash(struct noise_handshake *noise,
			     struct crypto_bytes sealed, uint8_t *plain)
{
	const struct crypto_bytes associated[2] = {
		bytes(noise->h, sizeof(noise->h)), bytes(NULL, 0)};
	uint8_t nonce[CRYPTO_NONCE_SIZE];

	crypto_nonce(noise->n++, nonce);
	return crypto_open(&noise->cipher, nonce, associated, sealed, plain) &&
	       mix_hash(noise, sealed);
}

/* Token "e", to be sent. */
static bool write_e(struct noise_handshake *noise, uint8_t *message)
{
	__builtin_memcpy(message, noise->e.public_key, CRYPTO_KEY_SIZE);
	return noise->e.handle &&
	       mix_hash(noise, bytes(message, CRYPTO_KEY_SIZE));
}

/* Token "e", received. */
static bool read_e(struct noise_handshake *noise, const uint8_t *message)
{
	__builtin_memcpy(noise->re, message, CRYPTO_KEY_SIZE);
	return mix_hash(noise, bytes(message, CRYPTO_KEY_SIZE));
}

bool noise_start(struct noise_handshake *noise,
		 const struct crypto_private_key *s, const uint8_t *responder,
		 struct crypto_bytes prologue)
{
	__builtin_memset(noise, 0, sizeof(*noise));
	noise->s = s;
	__builtin_memcpy(noise->rs, responder, CRYPTO_KEY_SIZE);
	__builtin_memcpy(noise->h, protocol_name, sizeof(noise->h));
	__builtin_memcpy(noise->ck, protocol_name, sizeof(noise->ck));
	return crypto_cipher_create(&noise->cipher) &&
	       mix_hash(noise, prologue) &&
	       mix_hash(noise, bytes(responder, CRYPTO_KEY_SIZE));
}

bool noise_write_hello(struct noise_handshake *noise,
		       struct crypto_bytes payload, uint8_t *message)
{
	uint8_t *s = message + CRYPTO_KEY_SIZE;
	uint8_t *rest = s + CRYPTO_KEY_SIZE + CRYPTO_TAG_SIZE;

	return write_e(noise, message) &&
	       mix_key(noise, &noise->e, noise->rs) && /* es */
	       encrypt_and_hash(noise,
				bytes(noise->s->public_key, CRYPTO_KEY_SIZE),
				s) &&
	       mix_key(noise, noise->s, noise->rs) && /* ss */
	       encrypt_and_hash(noise, payload, rest);
}

bool noise_read_hello(struct noise_handshake *noise,
		      struct crypto_bytes message, uint8_t *payload)
{
	const size_t s_size = CRYPTO_KEY_SIZE + CRYPTO_TAG_SIZE;
	const uint8_t *s = (const uint8_t *)message.data + CRYPTO_KEY_SIZE;

	if (message.size < NOISE_HELLO_OVERHEAD)
		return false;
	return read_e(noise, message.data) &&
	       mix_key(noise, noise->s, noise->re) && /* es */
	       decrypt_and_hash(noise, bytes(s, s_size), noise->rs) &&
	       mix_key(noise, noise->s, noise->rs) && /* ss */
	       decrypt_and_hash(noise,
				bytes(s + s_size,
				      message.size - CRYPTO_KEY_SIZE - s_size),
				payload);
}

bool noise_write_welcome(struct noise_handshake *noise,
			 struct crypto_bytes payload, uint8_t *message)
{
	return write_e(noise, message) &&
	       mix_key(noise, &noise->e, noise->re) && /* ee */
	       mix_key(noise, &noise->e, noise->rs) && /* se */
	       encrypt_and_hash(noise, payload, message + CRYPTO_KEY_SIZE);
}

bool noise_read_welcome(struct noise_handshake *noise,
			struct crypto_bytes message, uint8_t *payload)
{
	const uint8_t *start = message.data;

	if (message.size < NOISE_WELCOME_OVERHEAD)
		return false;
	return read_e(noise, start) &&
	       mix_key(noise, &noise->e, noise->re) && /* ee */
	       mix_key(noise, noise->s, noise->re) &&  /* se */
	       decrypt_and_hash(noise,
				bytes(start + CRYPTO_KEY_SIZE,
				      message.size - CRYPTO_KEY_SIZE),
				payload);
}

bool noise_split(const struct noise_handshake *noise,
		 struct crypto_cipher *initiator_to_responder,
		 struct crypto_cipher *responder_to_initiator)
{
	uint8_t first[CRYPTO_HASH_SIZE];
	uint8_t second[CRYPTO_HASH_SIZE];
	bool ok;

	ok = crypto_hkdf(noise->ck, bytes(NULL, 0), first, second) &&
	     crypto_cipher_set_key(initiator_to_responder, first) &&
	     crypto_cipher_set_key(responder_to_initiator, second);
	crypto_wipe(first, sizeof(first));
	crypto_wipe(second, sizeof(second));
	return ok;
}

void noise_wipe(struct noise_handshake *noise)
{
	crypto_private_key_wipe(&noise->e);
	crypto_cipher_destroy(&noise->cipher);
	crypto_wipe(noise, sizeof(*noise));
}
