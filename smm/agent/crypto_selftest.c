/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * Published vectors, tried wherever the agent starts: whatever library it was
 * linked to, in firmware or on a host, computes what everybody else's does.
 */
#include "crypto.h"
#include "noise.h"

#define LONGEST 160 /* bytes of a value below */

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

static bool same(const uint8_t *data, const struct value *wanted)
{
	return crypto_equal(data, wanted->data, wanted->size);
}

/* FIPS 180-2, B.1: "abc", in two parts. */
static bool test_sha256(void)
{
	struct value wanted = value("ba7816bf8f01cfea414140de5dae2223"
				    "b00361a396177a9cb410ff61f20015ad");
	uint8_t hash[CRYPTO_HASH_SIZE];

	return crypto_sha256((struct crypto_bytes){"a", 1},
			     (struct crypto_bytes){"bc", 2}, hash) &&
	       same(hash, &wanted);
}

/* RFC 5869, A.3: neither salt (which means zeroes) nor info. */
static bool test_hkdf(void)
{
	static const uint8_t salt[CRYPTO_HASH_SIZE];
	struct value input =
		value("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b");
	struct value wanted = value("8da4e775a563c18f715f802a063c5a31"
				    "b8a11f5c5ee1879ec3454e5f3c738d2d"
				    "9d201395faa4b61a96c8");
	uint8_t blocks[2 * CRYPTO_HASH_SIZE];

	return crypto_hkdf(salt, bytes(&input), blocks,
			   blocks + CRYPTO_HASH_SIZE) &&
	       same(blocks, &wanted);
}

/* RFC 7748, 6.1. */
static bool test_x25519(void)
{
	struct value alice = value("77076d0a7318a57d3c16c17251b26645"
				   "df4c2f87ebc0992ab177fba51db92c2a");
	struct value alice_public = value("8520f0098930a754748b7ddcb43ef75a"
					  "0dbf3a0d26381af4eba4a98eaa9b4e6a");
	struct value bob_public = value("de9edb7d7b7dc1b4d35b61c2ece43537"
					"3f8343c85b78674dadfc7e146f882b4f");
	struct value wanted = value("4a5d9d5ba4ce2de1728e3bf480350f25"
				    "e07e21c947d19e3376f09b3c1e161742");
	struct crypto_private_key key;
	uint8_t shared[CRYPTO_KEY_SIZE];
	bool ok;

	if (!crypto_private_key_load(&key, alice.data))
		return false;
	ok = same(key.public_key, &alice_public) &&
	     crypto_x25519(&key, bob_public.data, shared) &&
	     same(shared, &wanted);
	crypto_private_key_wipe(&key);
	return ok;
}

/*
 * NIST CAVP, gcmEncryptExtIV256.rsp: keys of 256, IVs of 96, texts of 128,
 * associated data of 128, tags of 128 bits, count 0. And that a tag that is
 * not right is refused.
 */
static bool gcm_matches(struct crypto_cipher *cipher)
{
	struct value nonce = value("ac93a1a6145299bde902f21a");
	struct value associated = value("1e0889016f67601c8ebea4943bc23ad6");
	struct value plain = value("2d71bcfa914e4ac045b2aa60955fad24");
	struct value sealed = value("8995ae2e6df3dbf96fac7b7137bae67f"
				    "eca5aa77d51d4a0a14d9c51e1da474ab");
	struct crypto_bytes parts[2] = {bytes(&associated), {NULL, 0}};
	uint8_t buffer[LONGEST];

	if (!crypto_seal(cipher, nonce.data, parts, bytes(&plain), buffer) ||
	    !same(buffer, &sealed) ||
	    !crypto_open(cipher, nonce.data, parts, bytes(&sealed), buffer) ||
	    !same(buffer, &plain))
		return false;
	sealed.data[sealed.size - 1] ^= 1;
	return !crypto_open(cipher, nonce.data, parts, bytes(&sealed), buffer);
}

static bool test_gcm(void)
{
	struct value key = value("92e11dcdaa866f5ce790fd24501f9250"
				 "9aacf4cb8b1339d50c9c1240935dd08b");
	struct crypto_cipher cipher;
	bool ok;

	ok = crypto_cipher_create(&cipher) &&
	     crypto_cipher_set_key(&cipher, key.data) && gcm_matches(&cipher);
	crypto_cipher_destroy(&cipher);
	return ok;
}

/* One message of a handshake: what is sealed, and what is sent. */
struct message {
	struct value payload;
	struct value sent;
};

static bool hello_matches(struct noise_handshake *ids,
			  struct noise_handshake *agent)
{
	struct message hello = {
		value("4c756477696720766f6e204d69736573"),
		value("ca35def5ae56cec33dc2036731ab14896bc4c75dbb07a61f879f8e3a"
		      "fa4c79444e417bc55c7a8166c993356c1be41ef67818a292426f3015"
		      "56c7f26b21d25ddb097153891a9a956cff47b83e63ad8d701c1342c2"
		      "09cff1ca5ecd43402762ac249e3bd3a4c0a145fe07cb5dae28ea13a3"),
	};
	uint8_t buffer[LONGEST];

	return noise_write_hello(ids, bytes(&hello.payload), buffer) &&
	       same(buffer, &hello.sent) &&
	       noise_read_hello(agent, bytes(&hello.sent), buffer) &&
	       same(buffer, &hello.payload) &&
	       crypto_equal(agent->rs, ids->s->public_key, CRYPTO_KEY_SIZE);
}

static bool welcome_matches(struct noise_handshake *ids,
			    struct noise_handshake *agent)
{
	struct message welcome = {
		value("4d757272617920526f746862617264"),
		value("95ebc60d2b1fa672c1f46a8aa265ef51bfe38e7ccb39ec5be34069f1"
		      "44808843af2ccf9972e22afc67aeafcd25162f7f98c363b7762e3e4c"
		      "b7d272e39f27a5"),
	};
	uint8_t buffer[LONGEST];

	return noise_write_welcome(agent, bytes(&welcome.payload), buffer) &&
	       same(buffer, &welcome.sent) &&
	       noise_read_welcome(ids, bytes(&welcome.sent), buffer) &&
	       same(buffer, &welcome.payload);
}

/* A message after the handshake: Noise has no header, hence no data. */
static bool transport_matches(struct crypto_cipher *sender,
			      struct crypto_cipher *receiver,
			      const char *payload, const char *sent)
{
	const struct crypto_bytes none[2] = {{NULL, 0}, {NULL, 0}};
	struct message message = {value(payload), value(sent)};
	uint8_t nonce[CRYPTO_NONCE_SIZE];
	uint8_t buffer[LONGEST];

	crypto_nonce(0, nonce);
	return crypto_seal(sender, nonce, none, bytes(&message.payload),
			   buffer) &&
	       same(buffer, &message.sent) &&
	       crypto_open(receiver, nonce, none, bytes(&message.sent),
			   buffer) &&
	       same(buffer, &message.payload);
}

/* The ciphers: first and second of the IDS, first and second of the agent. */
static bool transports_match(const struct noise_handshake *ids,
			     const struct noise_handshake *agent)
{
	struct crypto_cipher ciphers[4];
	bool ok = true;
	size_t i;

	for (i = 0; i < 4; i++)
		ok = crypto_cipher_create(&ciphers[i]) && ok;
	ok = ok && noise_split(ids, &ciphers[0], &ciphers[1]) &&
	     noise_split(agent, &ciphers[2], &ciphers[3]) &&
	     transport_matches(
		     &ciphers[0], &ciphers[2], "462e20412e20486179656b",
		     "66acfc92e3197de166809e6d4d5d003dcc819a84bc3522ca53c9d9") &&
	     transport_matches(
		     &ciphers[3], &ciphers[1], "4361726c204d656e676572",
		     "71f89aa6533a6de70b0826864dd75f60806ee40170c16290189eb3");
	for (i = 0; i < 4; i++)
		crypto_cipher_destroy(&ciphers[i]);
	return ok;
}

static bool handshake_matches(const struct crypto_private_key *ids_key,
			      const struct crypto_private_key *agent_key)
{
	struct value prologue = value("4a6f686e2047616c74");
	struct value ids_ephemeral = value("893e28b9dc6ca8d611ab664754b8ceb7"
					   "bac5117349a4439a6b0569da977c464a");
	struct value agent_ephemeral =
		value("bbdb4cdbd309f1a1f2e1456967fe288c"
		      "add6f712d65dc7b7793d5e63da6b375b");
	struct noise_handshake ids;
	struct noise_handshake agent;
	bool ok;

	ok = noise_start(&ids, ids_key, agent_key->public_key,
			 bytes(&prologue)) &&
	     crypto_private_key_load(&ids.e, ids_ephemeral.data);
	ok = noise_start(&agent, agent_key, agent_key->public_key,
			 bytes(&prologue)) &&
	     crypto_private_key_load(&agent.e, agent_ephemeral.data) && ok &&
	     hello_matches(&ids, &agent) && welcome_matches(&ids, &agent) &&
	     transports_match(&ids, &agent);
	noise_wipe(&ids);
	noise_wipe(&agent);
	return ok;
}

/*
 * Noise_IK_25519_AESGCM_SHA256 of the vectors of cacophony, a library for
 * Noise in Haskell (vectors/cacophony.txt), to which the Noise specification's
 * wiki sends implementers.
 */
static bool test_noise(void)
{
	struct value ids_raw = value("e61ef9919cde45dd5f82166404bd08e3"
				     "8bceb5dfdfded0a34c8df7ed542214d1");
	struct value agent_raw = value("4a3acbfdb163dec651dfa3194dece676"
				       "d437029c62a408b4c5ea9114246e4893");
	struct crypto_private_key ids;
	struct crypto_private_key agent;
	bool ok = false;

	if (!crypto_private_key_load(&ids, ids_raw.data))
		return false;
	if (crypto_private_key_load(&agent, agent_raw.data)) {
		ok = handshake_matches(&ids, &agent);
		crypto_private_key_wipe(&agent);
	}
	crypto_private_key_wipe(&ids);
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
