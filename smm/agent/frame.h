/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Sealed frames, and the header that every message begins with: the bytes of
 * fathom/seal.h. Both sides use it.
 */
#ifndef FATHOM_AGENT_FRAME_H
#define FATHOM_AGENT_FRAME_H

#include <fathom/seal.h>

#include "crypto.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The highest counter a frame may have (Noise 5.1). */
#define FRAME_COUNTER_MAX (UINT64_MAX - 1)

/** Header of a message of @p type. */
struct fathom_seal_header frame_header(uint16_t type, uint32_t session,
				       uint64_t counter, size_t length);

/**
 * Look at what claims to be a message.
 *
 * @param[out] header Copied from @p message, when it returns true.
 * @return Whether it is one: of a known type, as long as it says, and with the
 * session and counter that its type demands. Nothing is authenticated yet.
 */
bool frame_parse(const void *message, size_t size,
		 struct fathom_seal_header *header);

/**
 * Seal a frame in place.
 *
 * @param[in,out] frame Room for the header, @p size bytes of plaintext, room
 * for the tag: size + FATHOM_SEAL_OVERHEAD bytes.
 * @param[in] header Without its length.
 * @param[in] request_tag Of the request that a reply answers; NULL in requests.
 * @return Bytes of the frame; 0 on failure, and the plaintext is wiped then.
 */
size_t frame_seal(struct crypto_cipher *cipher,
		  const struct fathom_seal_header *header,
		  const uint8_t *request_tag, uint8_t *frame, size_t size);

/**
 * Check and decrypt a frame that frame_parse() accepted.
 *
 * @param[in] request_tag As above.
 * @param[out] plain header->length - FATHOM_SEAL_TAG_SIZE bytes.
 */
bool frame_open(struct crypto_cipher *cipher,
		const struct fathom_seal_header *header,
		const uint8_t *request_tag, const void *frame, uint8_t *plain);

/** The last FATHOM_SEAL_TAG_SIZE bytes of a frame of @p size bytes. */
const uint8_t *frame_tag(const void *frame, size_t size);

#ifdef __cplusplus
}
#endif

#endif /* FATHOM_AGENT_FRAME_H */
