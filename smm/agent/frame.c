/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Sealed frames: see frame.h. */
#include "frame.h"

struct fathom_seal_header frame_header(uint16_t type, uint32_t session,
				       uint64_t counter, size_t length)
{
	return (struct fathom_seal_header){
		.magic = FATHOM_SEAL_MAGIC,
		.version = FATHOM_SEAL_VERSION,
		.type = type,
		.session = session,
		.length = (uint32_t)length,
		.counter = counter,
	};
}

/* Of handshakes all but the payload is fixed, and is checked to be so. */
static bool handshake_valid(const struct fathom_seal_header *header,
			    uint32_t length)
{
	return header->length == length && !header->session && !header->counter;
}

static bool frame_valid(const struct fathom_seal_header *header,
			uint32_t max_plain)
{
	return header->length >= FATHOM_SEAL_TAG_SIZE &&
	       header->length - FATHOM_SEAL_TAG_SIZE <= max_plain &&
	       header->session && header->counter &&
	       header->counter <= FRAME_COUNTER_MAX;
}

bool frame_parse(const void *message, size_t size,
		 struct fathom_seal_header *header)
{
	if (size < sizeof(*header))
		return false;
	__builtin_memcpy(header, message, sizeof(*header));
	if (header->magic != FATHOM_SEAL_MAGIC ||
	    header->version != FATHOM_SEAL_VERSION ||
	    header->length != size - sizeof(*header))
		return false;
	switch (header->type) {
	case FATHOM_SEAL_HELLO:
		return handshake_valid(header, FATHOM_SEAL_HELLO_LENGTH);
	case FATHOM_SEAL_WELCOME:
		return handshake_valid(header, FATHOM_SEAL_WELCOME_LENGTH);
	case FATHOM_SEAL_REQUEST:
		return frame_valid(header, FATHOM_WIRE_MAX_REQUEST);
	case FATHOM_SEAL_REPLY:
		return frame_valid(header, FATHOM_WIRE_MAX_REPLY);
	default:
		return false;
	}
}

static void associate(struct crypto_bytes associated[2],
		      const struct fathom_seal_header *header,
		      const uint8_t *request_tag)
{
	associated[0] = (struct crypto_bytes){header, sizeof(*header)};
	associated[1] = (struct crypto_bytes){
		request_tag, request_tag ? FATHOM_SEAL_TAG_SIZE : 0};
}

size_t frame_seal(struct crypto_cipher *cipher,
		  const struct fathom_seal_header *header,
		  const uint8_t *request_tag, uint8_t *frame, size_t size)
{
	struct fathom_seal_header sealed = *header;
	uint8_t *text = frame + sizeof(sealed);
	struct crypto_bytes associated[2];
	uint8_t nonce[CRYPTO_NONCE_SIZE];

	sealed.length = (uint32_t)size + FATHOM_SEAL_TAG_SIZE;
	associate(associated, &sealed, request_tag);
	crypto_nonce(sealed.counter, nonce);
	if (!crypto_seal(cipher, nonce, associated,
			 (struct crypto_bytes){text, size}, text)) {
		crypto_wipe(text, size);
		return 0;
	}
	__builtin_memcpy(frame, &sealed, sizeof(sealed));
	return size + FATHOM_SEAL_OVERHEAD;
}

bool frame_open(struct crypto_cipher *cipher,
		const struct fathom_seal_header *header,
		const uint8_t *request_tag, const void *frame, uint8_t *plain)
{
	const uint8_t *text = (const uint8_t *)frame + sizeof(*header);
	struct crypto_bytes associated[2];
	uint8_t nonce[CRYPTO_NONCE_SIZE];

	associate(associated, header, request_tag);
	crypto_nonce(header->counter, nonce);
	return crypto_open(cipher, nonce, associated,
			   (struct crypto_bytes){text, header->length}, plain);
}

const uint8_t *frame_tag(const void *frame, size_t size)
{
	return (const uint8_t *)frame + size - FATHOM_SEAL_TAG_SIZE;
}
