/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Published vectors, in hexadecimal. They are data, tried on hosts by tests and
 * wherever the agent starts by itself (crypto_selftest.c). Each set says where
 * it is from.
 */
#ifndef FATHOM_AGENT_CRYPTO_VECTORS_H
#define FATHOM_AGENT_CRYPTO_VECTORS_H

/*
 * NIST CAVP, "GCM Test Vectors", gcmEncryptExtIV256.rsp and gcmDecrypt256.rsp
 * (CAVS 14.0): some of those with IVs of 96 and tags of 128 bits.
 */
/** `sealed` ends with the tag. */
struct crypto_gcm_vector {
	const char *key, *nonce, *associated, *plain, *sealed;
};

static const struct crypto_gcm_vector crypto_gcm_vectors[] = {
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
	/* PTlen = 408, AADlen = 0. */
	{"1fded32d5999de4a76e0f8082108823aef60417e1896cf4218a2fa90f632ec8a",
	 "1f3afa4711e9474f32e70462", "",
	 "06b2c75853df9aeb17befd33cea81c630b0fc53667ff45199c629c8e15dce41e"
	 "530aa792f796b8138eeab2e86c7b7bee1d40b0",
	 "91fbd061ddc5a7fcc9513fcdfdc9c3a7c5d4d64cedf6a9c24ab8a77c36eefbf1"
	 "c5dc00bc50121b96456c8cd8b6ff1f8b3e480f"
	 "30096d340f3d5c42d82a6f475def23eb"},
	/* PTlen = 408, AADlen = 384. */
	{"463b412911767d57a0b33969e674ffe7845d313b88c6fe312f3d724be68e1fca",
	 "611ce6f9a6880750de7da6cb",
	 "0a682fbc6192e1b47a5e0868787ffdafe5a50cead3575849990cdd2ea9b35977"
	 "49403efb4a56684f0c6bde352d4aeec5",
	 "e7d1dcf668e2876861940e012fe52a98dacbd78ab63c08842cc9801ea581682a"
	 "d54af0c34d0d7f6f59e8ee0bf4900e0fd85042",
	 "8886e196010cb3849d9c1a182abe1eeab0a5f3ca423c3669a4a8703c0f146e8e"
	 "956fb122e0d721b869d2b6fcd4216d7d4d3758"
	 "2469cecd70fd98fec9264f71df1aee9a"},
	/* gcmDecrypt256.rsp, PTlen = 0, AADlen = 0. */
	{"f5a2b27c74355872eb3ef6c5feafaa740e6ae990d9d48c3bd9bb8235e589f010",
	 "58d2240f580a31c1d24948e9", "", "",
	 "15e051a5e4a5f5da6cea92e2ebee5bac"},
	/* PTlen = 128, AADlen = 0. */
	{"4c8ebfe1444ec1b2d503c6986659af2c94fafe945f72c1e8486a5acfedb8a0f8",
	 "473360e0ad24889959858995", "", "7789b41cb3ee548814ca0b388c10b343",
	 "d2c78110ac7e8f107c0df0570bd7c90cc26a379b6d98ef2852ead8ce83a833a7"},
};

/* RFC 7748: 5.2, then 6.1 from both sides. */
struct crypto_x25519_vector {
	const char *private_key, *public_key, *shared;
};

static const struct crypto_x25519_vector crypto_x25519_vectors[] = {
	{"a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
	 "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
	 "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"},
	{"4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
	 "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
	 "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957"},
	{"77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
	 "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
	 "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"},
	{"5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb",
	 "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
	 "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"},
};

/* RFC 5869, A.3: neither salt (which means zeroes) nor info, as Noise has it.
 */
static const char crypto_hkdf_input[] =
	"0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b";
static const char crypto_hkdf_output[] =
	"8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
	"9d201395faa4b61a96c8";

/* FIPS 180-2, B.1: "abc". */
static const char crypto_sha256_abc[] =
	"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

/*
 * Noise_IK_25519_AESGCM_SHA256: of cacophony, a library in Haskell
 * (vectors/cacophony.txt), and of flynn/noise, one in Go. The initiator's
 * message is the first.
 */
#define CRYPTO_NOISE_MESSAGES 6
struct crypto_noise_vector {
	const char *prologue;
	const char *ids_static, *ids_ephemeral;
	const char *agent_static, *agent_ephemeral, *agent_public;
	struct {
		const char *payload, *sent;
	} messages[CRYPTO_NOISE_MESSAGES]; /* by turns; NULL: no more */
};

static const struct crypto_noise_vector crypto_noise_vectors[] = {
	{
		/* cacophony */
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
		/* flynn/noise */
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

#endif /* FATHOM_AGENT_CRYPTO_VECTORS_H */
