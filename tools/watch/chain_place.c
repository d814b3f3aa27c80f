/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Signed places of a log: see chain_place.h. */
#include "chain_place.h"

#include <endian.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "report_hex.h"
#include "write_at.h"

#define SIGNATURE_SIZE 64

/* Always so long, that it can be overwritten: within a sector. */
#define HEAD_SIZE 384

/* What is signed: so that it is nothing else. */
struct signed_place {
	char purpose[24];
	uint64_t lines;
	uint8_t digest[SHA256_DIGEST_LENGTH];
};

static const char *const purposes[] = {
	[WATCH_PLACE_HEAD] = "fathom watch log head",
	[WATCH_PLACE_END] = "fathom watch file end",
};

bool watch_place_is(const struct watch_place *place,
		    const struct watch_place *other)
{
	return place->lines == other->lines &&
	       !memcmp(place->digest, other->digest, sizeof(place->digest));
}

static struct signed_place message_of(const struct watch_place *place,
				      enum watch_purpose purpose)
{
	struct signed_place message = {.lines = htole64(place->lines)};

	snprintf(message.purpose, sizeof(message.purpose), "%s",
		 purposes[purpose]);
	memcpy(message.digest, place->digest, sizeof(message.digest));
	return message;
}

static bool sign(const struct signed_place *message, EVP_PKEY *key,
		 uint8_t signature[SIGNATURE_SIZE])
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	size_t size = SIGNATURE_SIZE;
	bool ok = context &&
		  EVP_DigestSignInit(context, NULL, NULL, NULL, key) == 1 &&
		  EVP_DigestSign(context, signature, &size,
				 (const unsigned char *)message,
				 sizeof(*message)) == 1;

	EVP_MD_CTX_free(context);
	return ok;
}

static bool is_signed(const struct signed_place *message, EVP_PKEY *key,
		      const uint8_t signature[SIGNATURE_SIZE])
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool ok = context &&
		  EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) == 1 &&
		  EVP_DigestVerify(context, signature, SIGNATURE_SIZE,
				   (const unsigned char *)message,
				   sizeof(*message)) == 1;

	EVP_MD_CTX_free(context);
	return ok;
}

size_t watch_place_encode(const struct watch_place *place,
			  enum watch_purpose purpose, EVP_PKEY *key,
			  char text[WATCH_PLACE_TEXT])
{
	const struct signed_place message = message_of(place, purpose);
	char signature_text[2 * SIGNATURE_SIZE + 1];
	uint8_t signature[SIGNATURE_SIZE];
	char digest[WATCH_DIGEST_TEXT];

	if (!sign(&message, key, signature))
		return 0;
	report_hex_encode(digest, place->digest, sizeof(place->digest));
	report_hex_encode(signature_text, signature, sizeof(signature));
	return (size_t)snprintf(text, WATCH_PLACE_TEXT,
				"{\"lines\":%" PRIu64
				",\"sha256\":\"%s\",\"signature\":\"%s\"}",
				place->lines, digest, signature_text);
}

const char *watch_place_decode(const json_t *json, enum watch_purpose purpose,
			       EVP_PKEY *key, struct watch_place *ret)
{
	uint8_t signature[SIGNATURE_SIZE];
	struct signed_place message;
	const char *signed_by;
	const char *digest;
	json_int_t lines;

	if (json_unpack((json_t *)json, "{s:I, s:s, s:s}", "lines", &lines,
			"sha256", &digest, "signature", &signed_by) ||
	    lines < 0 ||
	    !report_hex_decode(ret->digest, sizeof(ret->digest), digest) ||
	    !report_hex_decode(signature, sizeof(signature), signed_by))
		return purpose == WATCH_PLACE_HEAD ? "not the head of a log"
						   : "not the end of a file";
	ret->lines = (uint64_t)lines;
	message = message_of(ret, purpose);
	if (key && !is_signed(&message, key, signature))
		return "not signed by this watcher's key";
	return NULL;
}

struct fathom_error *watch_head_write(const char *path, int fd, EVP_PKEY *key,
				      const struct watch_place *place)
{
	char text[HEAD_SIZE];
	size_t length = watch_place_encode(place, WATCH_PLACE_HEAD, key, text);

	_Static_assert(HEAD_SIZE >= WATCH_PLACE_TEXT, "a head has room");
	if (!length)
		return fathom_error_create(FATHOM_ERROR_UNSUPPORTED,
					   "%s.head: cannot be signed", path);
	memset(text + length, ' ', sizeof(text) - length);
	text[sizeof(text) - 1] = '\n';
	if (!watch_write_at(fd, text, sizeof(text), 0) || fdatasync(fd))
		return fathom_error_os(errno, "%s.head", path);
	return NULL;
}

static struct fathom_error *read_once(const char *path, int fd, EVP_PKEY *key,
				      struct watch_place *ret)
{
	char text[HEAD_SIZE + 1];
	ssize_t size = pread(fd, text, sizeof(text), 0);
	const char *wrong;
	json_t *head;

	if (size < 0)
		return fathom_error_os(errno, "%s.head", path);
	head = json_loadb(text, (size_t)size, JSON_REJECT_DUPLICATES, NULL);
	wrong = watch_place_decode(head, WATCH_PLACE_HEAD, key, ret);
	json_decref(head);
	return wrong ? fathom_error_create(FATHOM_ERROR_FORMAT, "%s.head: %s",
					   path, wrong)
		     : NULL;
}

struct fathom_error *watch_head_read(const char *path, int fd, EVP_PKEY *key,
				     struct watch_place *ret)
{
	struct fathom_error *error = read_once(path, fd, key, ret);

	if (!error)
		return NULL;
	fathom_error_destroy(error);
	return read_once(path, fd, key, ret);
}
