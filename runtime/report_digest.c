/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Digests of programs: see report_digest.h. */
#include "report_digest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "report_hex.h"

static struct fathom_error *digest_all(const char *path, int fd,
				       EVP_MD_CTX *digest)
{
	char block[16384];
	ssize_t got;

	do {
		got = read(fd, block, sizeof(block));
		if (got < 0 && errno != EINTR)
			return fathom_error_os(errno, "%s", path);
		if (got > 0 && !EVP_DigestUpdate(digest, block, (size_t)got))
			return fathom_error_create(FATHOM_ERROR_UNSUPPORTED,
						   "%s: no SHA-256", path);
	} while (got);
	return NULL;
}

struct fathom_error *report_digest_file(const char *path,
					char text[REPORT_DIGEST_TEXT_SIZE])
{
	uint8_t value[EVP_MAX_MD_SIZE];
	struct fathom_error *error = NULL;
	EVP_MD_CTX *digest;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return fathom_error_os(errno, "%s", path);
	digest = EVP_MD_CTX_new();
	if (!digest || !EVP_DigestInit_ex(digest, EVP_sha256(), NULL))
		error = fathom_error_create(FATHOM_ERROR_UNSUPPORTED,
					    "%s: no SHA-256", path);
	if (!error)
		error = digest_all(path, fd, digest);
	if (!error && EVP_DigestFinal_ex(digest, value, NULL))
		report_hex_encode(text, value, REPORT_DIGEST_SIZE);
	EVP_MD_CTX_free(digest);
	close(fd);
	return error;
}
