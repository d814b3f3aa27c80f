/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * Cryptography that computes wrongly, as a miscompiled library would: the
 * self-test sees it, and the agent does not start. The linker (--wrap) puts the
 * functions below between crypto.c and those who call it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "seal_rig.h"

#include <cmocka.h>

/* What is broken; NULL: nothing. */
static const char *broken;

static bool is_broken(const char *name)
{
	return broken && !strcmp(broken, name);
}

bool __real_crypto_sha256(struct crypto_bytes first, struct crypto_bytes second,
			  uint8_t hash[CRYPTO_HASH_SIZE]);
bool __wrap_crypto_sha256(struct crypto_bytes first, struct crypto_bytes second,
			  uint8_t hash[CRYPTO_HASH_SIZE]);
bool __wrap_crypto_sha256(struct crypto_bytes first, struct crypto_bytes second,
			  uint8_t hash[CRYPTO_HASH_SIZE])
{
	bool ok = __real_crypto_sha256(first, second, hash);

	hash[31] ^= is_broken("SHA-256");
	return ok;
}

bool __real_crypto_hkdf(const uint8_t salt[CRYPTO_HASH_SIZE],
			struct crypto_bytes input, uint8_t *first,
			uint8_t *second);
bool __wrap_crypto_hkdf(const uint8_t salt[CRYPTO_HASH_SIZE],
			struct crypto_bytes input, uint8_t *first,
			uint8_t *second);
bool __wrap_crypto_hkdf(const uint8_t salt[CRYPTO_HASH_SIZE],
			struct crypto_bytes input, uint8_t *first,
			uint8_t *second)
{
	bool ok = __real_crypto_hkdf(salt, input, first, second);

	second[0] ^= is_broken("HKDF");
	return ok;
}

bool __real_crypto_x25519(const struct crypto_private_key *key,
			  const uint8_t public_key[CRYPTO_KEY_SIZE],
			  uint8_t shared[CRYPTO_KEY_SIZE]);
bool __wrap_crypto_x25519(const struct crypto_private_key *key,
			  const uint8_t public_key[CRYPTO_KEY_SIZE],
			  uint8_t shared[CRYPTO_KEY_SIZE]);
bool __wrap_crypto_x25519(const struct crypto_private_key *key,
			  const uint8_t public_key[CRYPTO_KEY_SIZE],
			  uint8_t shared[CRYPTO_KEY_SIZE])
{
	bool ok = __real_crypto_x25519(key, public_key, shared);

	shared[7] ^= is_broken("X25519");
	return ok;
}

bool __real_crypto_open(struct crypto_cipher *cipher, const uint8_t *nonce,
			const struct crypto_bytes associated[2],
			struct crypto_bytes input, uint8_t *output);
bool __wrap_crypto_open(struct crypto_cipher *cipher, const uint8_t *nonce,
			const struct crypto_bytes associated[2],
			struct crypto_bytes input, uint8_t *output);
/* The worst of all: it takes whatever comes. */
bool __wrap_crypto_open(struct crypto_cipher *cipher, const uint8_t *nonce,
			const struct crypto_bytes associated[2],
			struct crypto_bytes input, uint8_t *output)
{
	bool ok = __real_crypto_open(cipher, nonce, associated, input, output);

	return ok || is_broken("AES-256-GCM");
}

bool __real_noise_split(const struct noise_handshake *noise,
			struct crypto_cipher *first,
			struct crypto_cipher *second);
bool __wrap_noise_split(const struct noise_handshake *noise,
			struct crypto_cipher *first,
			struct crypto_cipher *second);
/* Both sides alike, so that they would understand each other. */
bool __wrap_noise_split(const struct noise_handshake *noise,
			struct crypto_cipher *first,
			struct crypto_cipher *second)
{
	if (is_broken("Noise IK"))
		return __real_noise_split(noise, second, first);
	return __real_noise_split(noise, first, second);
}

static void is_noticed(void **state)
{
	static const char *const names[] = {"SHA-256", "HKDF", "X25519",
					    "AES-256-GCM", "Noise IK"};
	struct rig *rig = *state;
	struct fathom_sealed_agent_settings settings = rig_settings(rig);
	struct fathom_sealed_agent *sealed = malloc(fathom_sealed_agent_size());
	size_t i;

	assert_non_null(sealed);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		broken = names[i];
		assert_string_equal(crypto_self_test(), names[i]);
		assert_false(fathom_sealed_agent_start(sealed, &settings));
		broken = NULL;
		assert_null(crypto_self_test());
	}
	assert_true(fathom_sealed_agent_start(sealed, &settings));
	fathom_sealed_agent_stop(sealed);
	free(sealed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(is_noticed, rig_setup,
						rig_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
