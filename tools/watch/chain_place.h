/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * How far a chained log goes, and the watcher's signature for it: the head of
 * a log, and the end of a file of it.
 */
#ifndef FATHOM_WATCH_CHAIN_PLACE_H
#define FATHOM_WATCH_CHAIN_PLACE_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <fathom/error.h>

/* A digest in hexadecimal digits, with its NUL. */
#define WATCH_DIGEST_TEXT (2 * SHA256_DIGEST_LENGTH + 1)

/* Room for a place in JSON, with its NUL. */
#define WATCH_PLACE_TEXT 384

/** How far a log goes. */
struct watch_place {
	uint64_t lines;
	uint8_t digest[SHA256_DIGEST_LENGTH]; /* of the last; zero if none */
};

/** What a signature is for; one is never good for the other. */
enum watch_purpose {
	WATCH_PLACE_HEAD, /* of the log, so far */
	WATCH_PLACE_END,  /* of a file, for ever */
};

bool watch_place_is(const struct watch_place *place,
		    const struct watch_place *other);

/**
 * A place and its signature, in JSON.
 *
 * @return The length of the text; 0 if it cannot be signed.
 */
size_t watch_place_encode(const struct watch_place *place,
			  enum watch_purpose purpose, EVP_PKEY *key,
			  char text[WATCH_PLACE_TEXT]);

/**
 * What such JSON says.
 *
 * @param[in] key NULL: do not look at the signature.
 * @return What is wrong with it; NULL if nothing is.
 */
const char *watch_place_decode(const json_t *json, enum watch_purpose purpose,
			       EVP_PKEY *key, struct watch_place *ret);

/** Write the head of the log at @p path, for good. */
struct fathom_error *watch_head_write(const char *path, int fd, EVP_PKEY *key,
				      const struct watch_place *place);

/**
 * Read it; it may be just written.
 *
 * @param[in] key As with watch_place_decode().
 */
struct fathom_error *watch_head_read(const char *path, int fd, EVP_PKEY *key,
				     struct watch_place *ret);

#endif /* FATHOM_WATCH_CHAIN_PLACE_H */
