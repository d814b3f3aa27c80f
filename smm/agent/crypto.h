/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The cryptography that sealing needs: X25519, SHA-256, HMAC, AES-256-GCM.
 *
 * crypto.c is the only file that knows OpenSSL, and keeps to what exists alike
 * in libcrypto 3 (hosts) and in EDK II's OpenSSL 1.1.1 (SMM). OpenSSL's random
 * numbers are not used at all: there are none in SMM to rely on.
 */
#ifndef FATHOM_AGENT_CRYPTO_H
#define FATHOM_AGENT_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CRYPTO_KEY_SIZE	  32u /* X25519, AES-256 */
#define CRYPTO_HASH_SIZE  32u /* SHA-256 */
#define CRYPTO_TAG_SIZE	  16u
#define CRYPTO_NONCE_SIZE 12u

/** A stretch of bytes. */
struct crypto_bytes {
	const void *data;
	size_t size;
};

/** Overwrite with zeroes in a way that no compiler leaves out. */
void crypto_wipe(void *buffer, size_t size);

/** Whether the bytes are the same; takes the same time whatever they are. */
bool crypto_equal(const void *a, const void *b, size_t size);

/** Whether all bytes are zero; takes the same time whatever they are. */
bool crypto_is_zero(const void *buffer, size_t size);

/** SHA-256 of @p first followed by @p second. */
bool crypto_sha256(struct crypto_bytes first, struct crypto_bytes second,
		   uint8_t hash[CRYPTO_HASH_SIZE]);

/** HMAC-SHA-256 (RFC 2104). @p mac may lie within @p message. */
bool crypto_hmac(struct crypto_bytes key, struct crypto_bytes message,
		 uint8_t mac[CRYPTO_HASH_SIZE]);

/**
 * HKDF of RFC 5869 with SHA-256, a salt of 32 bytes and no info, two blocks of
 * output; Noise 4.3 defines its HKDF(chaining_key, input, 2) as the same.
 */
bool crypto_hkdf(const uint8_t salt[CRYPTO_HASH_SIZE],
		 struct crypto_bytes input, uint8_t first[CRYPTO_HASH_SIZE],
		 uint8_t second[CRYPTO_HASH_SIZE]);

/** An X25519 private key (RFC 7748), ready for use. */
struct crypto_private_key {
	void *handle; /* NULL: none */
	uint8_t public_key[CRYPTO_KEY_SIZE];
};

/**
 * @param[in] raw 32 random bytes; the caller wipes its copy.
 * @return false: out of memory, or the library fails; @p key holds none then.
 */
bool crypto_private_key_load(struct crypto_private_key *key,
			     const uint8_t raw[CRYPTO_KEY_SIZE]);

/** A new key, from fathom_platform_random(). */
bool crypto_private_key_generate(struct crypto_private_key *key);

/** Wipe and free; does nothing when there is none. */
void crypto_private_key_wipe(struct crypto_private_key *key);

/**
 * X25519.
 *
 * @return false also when @p public_key is a point of small order, which makes
 * the secret zero whatever the private key is.
 */
bool crypto_x25519(const struct crypto_private_key *key,
		   const uint8_t public_key[CRYPTO_KEY_SIZE],
		   uint8_t shared[CRYPTO_KEY_SIZE]);

/** AES-256-GCM with one key, for one direction. */
struct crypto_cipher {
	void *context; /* NULL: none */
	bool keyed;
};

/** Set up without a key; false when out of memory. */
bool crypto_cipher_create(struct crypto_cipher *cipher);

/** Wipe and free; does nothing when there is none. */
void crypto_cipher_destroy(struct crypto_cipher *cipher);

/** @return false: the cipher has no key then. */
bool crypto_cipher_set_key(struct crypto_cipher *cipher,
			   const uint8_t key[CRYPTO_KEY_SIZE]);

/** Forget the key, and all that was computed from it. */
void crypto_cipher_wipe(struct crypto_cipher *cipher);

/**
 * Encrypt.
 *
 * @param[in] nonce Of 12 bytes. Must never repeat with one key.
 * @param[in] associated Two stretches, authenticated one after the other.
 * @param[out] output As many bytes as @p input, may be the same ones; then
 * CRYPTO_TAG_SIZE bytes of tag.
 */
bool crypto_seal(struct crypto_cipher *cipher,
		 const uint8_t nonce[CRYPTO_NONCE_SIZE],
		 const struct crypto_bytes associated[2],
		 struct crypto_bytes input, uint8_t *output);

/**
 * Decrypt and check.
 *
 * @param[in] input Ends with the tag.
 * @param[out] output CRYPTO_TAG_SIZE bytes less than @p input, may be the same
 * ones. Wiped when the tag is wrong.
 * @return false when anything is not as it was when it was sealed.
 */
bool crypto_open(struct crypto_cipher *cipher,
		 const uint8_t nonce[CRYPTO_NONCE_SIZE],
		 const struct crypto_bytes associated[2],
		 struct crypto_bytes input, uint8_t *output);

/** The nonce that Noise makes of a counter (12.3): big endian, after zeroes. */
void crypto_nonce(uint64_t counter, uint8_t nonce[CRYPTO_NONCE_SIZE]);

/**
 * Try every function above on published vectors. The driver calls it before it
 * serves anybody; so does fathom_sealed_agent_start().
 *
 * @return NULL, or the name of what computes wrongly.
 */
const char *crypto_self_test(void);

#ifdef __cplusplus
}
#endif

#endif /* FATHOM_AGENT_CRYPTO_H */
