/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Cryptography by OpenSSL's EVP interface, 1.1.1 or 3: see crypto.h. */
#include "crypto.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "platform.h"

void crypto_wipe(void *buffer, size_t size)
{
	__builtin_memset(buffer, 0, size);
	/* Somebody might look: the stores above are needed. */
	__asm__ volatile("" : : "r"(buffer) : "memory");
}

bool crypto_equal(const void *a, const void *b, size_t size)
{
	const volatile uint8_t *left = a;
	const volatile uint8_t *right = b;
	uint8_t difference = 0;
	size_t i;

	for (i = 0; i < size; i++)
		difference |= left[i] ^ right[i];
	return !difference;
}

bool crypto_is_zero(const void *buffer, size_t size)
{
	const volatile uint8_t *bytes = buffer;
	uint8_t any = 0;
	size_t i;

	for (i = 0; i < size; i++)
		any |= bytes[i];
	return !any;
}

void crypto_nonce(uint64_t counter, uint8_t nonce[CRYPTO_NONCE_SIZE])
{
	uint64_t big_endian = __builtin_bswap64(counter);

	__builtin_memset(nonce, 0, CRYPTO_NONCE_SIZE - sizeof(big_endian));
	__builtin_memcpy(nonce + CRYPTO_NONCE_SIZE - sizeof(big_endian),
			 &big_endian, sizeof(big_endian));
}

bool crypto_sha256(struct crypto_bytes first, struct crypto_bytes second,
		   uint8_t hash[CRYPTO_HASH_SIZE])
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool ok;

	if (!context)
		return false;
	ok = EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1 &&
	     EVP_DigestUpdate(context, first.data, first.size) == 1 &&
	     EVP_DigestUpdate(context, second.data, second.size) == 1 &&
	     EVP_DigestFinal_ex(context, hash, NULL) == 1;
	EVP_MD_CTX_free(context);
	return ok;
}

bool crypto_hmac(struct crypto_bytes key, struct crypto_bytes message,
		 uint8_t mac[CRYPTO_HASH_SIZE])
{
	return HMAC(EVP_sha256(), key.data, (int)key.size, message.data,
		    message.size, mac, NULL);
}

bool crypto_hkdf(const uint8_t salt[CRYPTO_HASH_SIZE],
		 struct crypto_bytes input, uint8_t first[CRYPTO_HASH_SIZE],
		 uint8_t second[CRYPTO_HASH_SIZE])
{
	uint8_t block[CRYPTO_HASH_SIZE + 1];
	uint8_t extracted[CRYPTO_HASH_SIZE];
	struct crypto_bytes key = {extracted, sizeof(extracted)};
	bool ok;

	ok = crypto_hmac((struct crypto_bytes){salt, CRYPTO_HASH_SIZE}, input,
			 extracted);
	block[0] = 1;
	ok = ok && crypto_hmac(key, (struct crypto_bytes){block, 1}, first);
	if (ok)
		__builtin_memcpy(block, first, CRYPTO_HASH_SIZE);
	block[CRYPTO_HASH_SIZE] = 2;
	ok = ok && crypto_hmac(key, (struct crypto_bytes){block, sizeof(block)},
			       second);
	crypto_wipe(extracted, sizeof(extracted));
	crypto_wipe(block, sizeof(block));
	return ok;
}

bool crypto_private_key_load(struct crypto_private_key *key,
			     const uint8_t raw[CRYPTO_KEY_SIZE])
{
	size_t size = sizeof(key->public_key);

	key->handle = EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL, raw,
						   CRYPTO_KEY_SIZE);
	if (!key->handle)
		return false;
	if (EVP_PKEY_get_raw_public_key(key->handle, key->public_key, &size) ==
		    1 &&
	    size == sizeof(key->public_key))
		return true;
	crypto_private_key_wipe(key);
	return false;
}

bool crypto_private_key_generate(struct crypto_private_key *key)
{
	uint8_t raw[CRYPTO_KEY_SIZE] = {0};
	bool ok;

	key->handle = NULL;
	ok = fathom_platform_random(raw, sizeof(raw)) &&
	     crypto_private_key_load(key, raw);
	crypto_wipe(raw, sizeof(raw));
	return ok;
}

/* EVP_PKEY_free() clears what it frees, in both versions. */
void crypto_private_key_wipe(struct crypto_private_key *key)
{
	EVP_PKEY_free(key->handle);
	key->handle = NULL;
}

static bool derive(EVP_PKEY_CTX *context, EVP_PKEY *peer,
		   uint8_t shared[CRYPTO_KEY_SIZE])
{
	size_t size = CRYPTO_KEY_SIZE;

	return EVP_PKEY_derive_init(context) == 1 &&
	       EVP_PKEY_derive_set_peer(context, peer) == 1 &&
	       EVP_PKEY_derive(context, shared, &size) == 1 &&
	       size == CRYPTO_KEY_SIZE;
}

bool crypto_x25519(const struct crypto_private_key *key,
		   const uint8_t public_key[CRYPTO_KEY_SIZE],
		   uint8_t shared[CRYPTO_KEY_SIZE])
{
	EVP_PKEY_CTX *context;
	EVP_PKEY *peer;
	bool ok;

	if (!key->handle)
		return false;
	peer = EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, NULL, public_key,
					   CRYPTO_KEY_SIZE);
	context = EVP_PKEY_CTX_new(key->handle, NULL);
	ok = peer && context && derive(context, peer, shared) &&
	     !crypto_is_zero(shared, CRYPTO_KEY_SIZE);
	EVP_PKEY_CTX_free(context);
	EVP_PKEY_free(peer);
	if (!ok)
		crypto_wipe(shared, CRYPTO_KEY_SIZE);
	return ok;
}

bool crypto_cipher_create(struct crypto_cipher *cipher)
{
	cipher->context = EVP_CIPHER_CTX_new();
	cipher->keyed = false;
	return cipher->context;
}

void crypto_cipher_destroy(struct crypto_cipher *cipher)
{
	EVP_CIPHER_CTX_free(cipher->context);
	cipher->context = NULL;
	cipher->keyed = false;
}

/* EVP_CIPHER_CTX_reset() clears what it frees, in both versions. */
void crypto_cipher_wipe(struct crypto_cipher *cipher)
{
	if (cipher->context)
		EVP_CIPHER_CTX_reset(cipher->context);
	cipher->keyed = false;
}

bool crypto_cipher_set_key(struct crypto_cipher *cipher,
			   const uint8_t key[CRYPTO_KEY_SIZE])
{
	crypto_cipher_wipe(cipher);
	/* GCM's key schedule is the same for both directions. */
	cipher->keyed = cipher->context &&
			EVP_EncryptInit_ex(cipher->context, EVP_aes_256_gcm(),
					   NULL, key, NULL) == 1;
	return cipher->keyed;
}

/* One call of EVP's; nothing at all for no bytes, which means "end" to it. */
static bool update(EVP_CIPHER_CTX *context, uint8_t *output,
		   struct crypto_bytes input)
{
	int size;

	if (!input.size)
		return true;
	if (input.size > INT32_MAX)
		return false;
	return EVP_CipherUpdate(context, output, &size, input.data,
				(int)input.size) == 1 &&
	       (size_t)size == input.size;
}

static bool begin(struct crypto_cipher *cipher, const uint8_t *nonce,
		  const struct crypto_bytes associated[2], int encrypt)
{
	return cipher->keyed &&
	       EVP_CipherInit_ex(cipher->context, NULL, NULL, NULL, nonce,
				 encrypt) == 1 &&
	       update(cipher->context, NULL, associated[0]) &&
	       update(cipher->context, NULL, associated[1]);
}

bool crypto_seal(struct crypto_cipher *cipher,
		 const uint8_t nonce[CRYPTO_NONCE_SIZE],
		 const struct crypto_bytes associated[2],
		 struct crypto_bytes input, uint8_t *output)
{
	uint8_t *tag = output + input.size;
	int size = 0;

	return begin(cipher, nonce, associated, 1) &&
	       update(cipher->context, output, input) &&
	       EVP_CipherFinal_ex(cipher->context, tag, &size) == 1 &&
	       EVP_CIPHER_CTX_ctrl(cipher->context, EVP_CTRL_AEAD_GET_TAG,
				   CRYPTO_TAG_SIZE, tag) == 1;
}

bool crypto_open(struct crypto_cipher *cipher,
		 const uint8_t nonce[CRYPTO_NONCE_SIZE],
		 const struct crypto_bytes associated[2],
		 struct crypto_bytes input, uint8_t *output)
{
	uint8_t tag[CRYPTO_TAG_SIZE];
	int size = 0;
	bool ok;

	if (input.size < sizeof(tag))
		return false;
	input.size -= sizeof(tag);
	__builtin_memcpy(tag, (const uint8_t *)input.data + input.size,
			 sizeof(tag));
	ok = begin(cipher, nonce, associated, 0) &&
	     EVP_CIPHER_CTX_ctrl(cipher->context, EVP_CTRL_AEAD_SET_TAG,
				 sizeof(tag), tag) == 1 &&
	     update(cipher->context, output, input) &&
	     EVP_CipherFinal_ex(cipher->context, tag, &size) == 1;
	if (!ok)
		crypto_wipe(output, input.size);
	return ok;
}
