/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * The cryptography against published vectors. Each says where it is from:
 *
 * - NIST CAVP, "GCM Test Vectors", gcmEncryptExtIV256.rsp and
 *   gcmDecrypt256.rsp (CAVS 14.0): those with 96 bits of IV and 128 of tag.
 * - RFC 7748 (X25519), RFC 5869 (HKDF), RFC 4231 (HMAC).
 * - Noise: vectors/cacophony.txt of the Haskell library cacophony, and the
 *   vectors of flynn/noise (Go): Noise_IK_25519_AESGCM_SHA256 of both.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto.h"
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

struct gcm_vector {
	const char *key, *nonce, *associated, *plain, *sealed;
};

static const struct gcm_vector gcm_vectors[] = {
	/* gcmEncryptExtIV256.rsp, PTlen = 0, AADlen = 0. */
	{"b52c505a37d78eda5dd34f20c22540ea1b58963cf8e5bf8ffa85f9f2492505b4",
	 "516c33929df5a3284ff463d7", "", "",
	 "bdc1ac884d332457a1d2664f168c76f0"},
	/* PTlen = 0, AADlen = 160. */
	{"886cff5f3e6b8d0e1ad0a38fcdb26de97e8acbe79f6bed66959a598fa5047d65",
	 "3a8efa1cd74bbab5448f9945", "519fee519d25c7a304d6c6aa1897ee1eb8c59655",
	 "", "f6d47505ec96c98a42dc3ae719877b87"},
	/* PTlen = 128, AADlen = 128. */
	{"92e11dcdaa866f5ce790fd24501f92509aacf4cb8b1339d50c9c1240935dd08b",
	 "ac93a1a6145299bde902f21a", "1e0889016f67601c8ebea4943bc23ad6",
	 "2d71bcfa914e4ac045b2aa60955fad24",
	 "8995ae2e6df3dbf96fac7b7137bae67feca5aa77d51d4a0a14d9c51e1da474ab"},
	/* PTlen = 128, AADlen = 0. */
	{"31bdadd96698c204aa9ce1448ea94ae1fb4a9a0b3c9d773b51bb1822666b8f22",
	 "0d18e06c7c725ac9e362e1ce", "", "2db5168e932556f8089a0622981d017d",
	 "fa4362189661d163fcd6a56d8bf0405ad636ac1bbedd5cc3ee727dc2ab4a9489"},
	/* gcmDecrypt256.rsp, PTlen = 0, AADlen = 0. */
	{"f5a2b27c74355872eb3ef6c5feafaa740e6ae990d9d48c3bd9bb8235e589f010",
	 "58d2240f580a31c1d24948e9", "", "",
	 "15e051a5e4a5f5da6cea92e2ebee5bac"},
	/* PTlen = 128, AADlen = 0. */
	{"4c8ebfe1444ec1b2d503c6986659af2c94fafe945f72c1e8486a5acfedb8a0f8",
	 "473360e0ad24889959858995", "", "7789b41cb3ee548814ca0b388c10b343",
	 "d2c78110ac7e8f107c0df0570bd7c90cc26a379b6d98ef2852ead8ce83a833a7"},
};

/* @cut bytes of the associated data go into the first of its two stretches. */
static void check_gcm(const struct gcm_vector *vector,
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
	for (i = 0; i < COUNT(gcm_vectors); i++) {
		const struct gcm_vector *vector = &gcm_vectors[i];
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
	const struct gcm_vector *vector = &gcm_vectors[2];
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

static void check_x25519(const char *private_key, const char *public_key,
			 const char *wanted)
{
	struct value raw = value(private_key);
	struct value peer = value(public_key);
	struct crypto_private_key key;
	uint8_t shared[CRYPTO_KEY_SIZE];

	assert_true(crypto_private_key_load(&key, raw.data));
	assert_true(crypto_x25519(&key, peer.data, shared));
	assert_value(shared, wanted);
	crypto_private_key_wipe(&key);
	assert_null(key.handle);
	assert_false(crypto_x25519(&key, peer.data, shared));
}

static void x25519(void **state)
{
	(void)state;
	/* RFC 7748, 5.2. */
	check_x25519(
		"a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
		"e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
		"c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552");
	check_x25519(
		"4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
		"e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
		"95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957");
	/* RFC 7748, 6.1, both sides. */
	check_x25519(
		"77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
		"de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
		"4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
	check_x25519(
		"5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb",
		"8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
		"4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
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

/* RFC 5869, A.3: the one vector with neither salt nor info, as Noise has it. */
static void hkdf(void **state)
{
	static const uint8_t salt[CRYPTO_HASH_SIZE];
	struct value input =
		value("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b");
	uint8_t first[CRYPTO_HASH_SIZE];
	uint8_t second[CRYPTO_HASH_SIZE];

	(void)state;
	assert_true(crypto_hkdf(salt, bytes(&input), first, second));
	assert_value(
		first,
		"8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d");
	assert_value(second, "9d201395faa4b61a96c8");
}

struct noise_vector {
	const char *prologue;
	const char *ids_static, *ids_ephemeral;
	const char *agent_static, *agent_ephemeral, *agent_public;
	struct {
		const char *payload, *sent;
	} messages[6]; /* by turns, the initiator's first; NULL: none */
};

static const struct noise_vector noise_vectors[] = {
	{
		/* cacophony. */
		.prologue = "4a6f686e2047616c74",
		.ids_static =
			"e61ef9919cde45dd5f82166404bd08e38bceb5dfdfded0a34c8df7ed542214d1",
		.ids_ephemeral =
			"893e28b9dc6ca8d611ab664754b8ceb7bac5117349a4439a6b0569da977c464a",
		.agent_static =
			"4a3acbfdb163dec651dfa3194dece676d437029c62a408b4c5ea9114246e4893",
		.agent_ephemeral =
			"bbdb4cdbd309f1a1f2e1456967fe288cadd6f712d65dc7b7793d5e63da6b375b",
		.agent_public =
			"31e0303fd6418d2f8c0e78b91f22e8caed0fbe48656dcf4767e4834f701b8f62",
		.messages =
			{
				{"4c756477696720766f6e204d69736573",
				 "ca35def5ae56cec33dc2036731ab14896bc4c75dbb07a61f879f8e3afa4c7944"
				 "4e417bc55c7a8166c993356c1be41ef67818a292426f301556c7f26b21d25ddb"
				 "097153891a9a956cff47b83e63ad8d701c1342c209cff1ca5ecd43402762ac24"
				 "9e3bd3a4c0a145fe07cb5dae28ea13a3"},
				{"4d757272617920526f746862617264",
				 "95ebc60d2b1fa672c1f46a8aa265ef51bfe38e7ccb39ec5be34069f144808843"
				 "af2ccf9972e22afc67aeafcd25162f7f98c363b7762e3e4cb7d272e39f27a5"},
				{"462e20412e20486179656b",
				 "66acfc92e3197de166809e6d4d5d003dcc819a84bc3522ca53c9d9"},
				{"4361726c204d656e676572",
				 "71f89aa6533a6de70b0826864dd75f60806ee40170c16290189eb3"},
				{"4a65616e2d426170746973746520536179",
				 "4795a3423550c8bf00386bd496a3e2c76c10669d2a75ab8f79b5094c5412a25705"},
				{"457567656e2042f6686d20766f6e2042617765726b",
				 "aa0bb39097555c918e40be82abc2b909eb79d9eb87adb07e268fc37323a6cf904f"
				 "d01fb391"},
			},
	},
	{
		/* flynn/noise. */
		.prologue = "6e6f74736563726574",
		.ids_static =
			"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
		.ids_ephemeral =
			"202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f",
		.agent_static =
			"0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20",
		.agent_ephemeral =
			"4142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f60",
		.agent_public =
			"07a37cbc142093c8b755dc1b10e86cb426374ad16aa853ed0bdfc0b2b86d1c7c",
		.messages =
			{
				{"746573745f6d73675f30",
				 "358072d6365880d1aeea329adf9121383851ed21a28e3b75e965d0d2cd166254"
				 "19d6fab175300a577115c701c41ed681373f0432f81d3bf8676bd05216cd1919"
				 "e61b75ccef0c0cf0b216fcdf371d0859e6d8177aa9777fe9b8435bb6f8202c3a"
				 "cd9051a9aee0a63e76f6"},
				{"746573745f6d73675f31",
				 "64b101b1d0be5a8704bd078f9895001fc03e8e9f9522f188dd128d9846d48466"
				 "58a7bb8caac5097833909e90778571d34ce0e5b6ea4c3a76f102"},
				{"79656c6c6f777375626d6172696e65",
				 "80a75e75c8e8d2e9c2a6c7bc6e550c4997d6d2b45429a530821c4aa5d36f27"},
				{"7375626d6172696e6579656c6c6f77",
				 "b8475410da62a98493d33a1e669f8f56dd8f61d449b53bd375299c3435424a"},
			},
	},
};

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

static void begin(struct handshake *both, const struct noise_vector *vector)
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
			    const struct noise_vector *vector)
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
			    const struct noise_vector *vector, size_t index)
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
	for (i = 0; i < COUNT(noise_vectors); i++) {
		const struct noise_vector *vector = &noise_vectors[i];

		begin(&both, vector);
		check_handshake(&both, vector);
		for (message = 2; message < COUNT(vector->messages) &&
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
