/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Keys in files: see key_file.h. */
#include "key_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

/* A key, a line's end, and one byte more to see that there is more. */
#define MAX_TEXT (FATHOM_KEY_TEXT_LENGTH + 2u)

void fathom_key_encode(const uint8_t key[FATHOM_KEY_SIZE],
		       char text[FATHOM_KEY_TEXT_LENGTH + 1])
{
	EVP_EncodeBlock((unsigned char *)text, key, FATHOM_KEY_SIZE);
}

/*
 * EVP_DecodeBlock() forgives white space and stray bits at the end; what is
 * encoded again and comes out the same had neither.
 */
bool fathom_key_decode(const char *text, size_t length,
		       uint8_t key[FATHOM_KEY_SIZE])
{
	/* Groups of four characters: the last one is short of a byte. */
	unsigned char bytes[FATHOM_KEY_TEXT_LENGTH / 4 * 3];
	char again[FATHOM_KEY_TEXT_LENGTH + 1];
	bool valid;

	if (length != FATHOM_KEY_TEXT_LENGTH)
		return false;
	valid = EVP_DecodeBlock(bytes, (const unsigned char *)text,
				FATHOM_KEY_TEXT_LENGTH) == sizeof(bytes);
	if (valid) {
		fathom_key_encode(bytes, again);
		valid = !CRYPTO_memcmp(again, text, FATHOM_KEY_TEXT_LENGTH);
	}
	if (valid)
		memcpy(key, bytes, FATHOM_KEY_SIZE);
	OPENSSL_cleanse(bytes, sizeof(bytes));
	OPENSSL_cleanse(again, sizeof(again));
	return valid;
}

static struct fathom_error *check_private(const char *path, int fd)
{
	struct stat status;

	if (fstat(fd, &status))
		return fathom_error_os(errno, "key file %s", path);
	if (status.st_uid != geteuid() && status.st_uid != 0)
		return fathom_error_create(
			FATHOM_ERROR_INVALID_ARGUMENT,
			"key file %s: belongs to another user (%u), who could read it",
			path, (unsigned int)status.st_uid);
	if (status.st_mode & (S_IRWXG | S_IRWXO))
		return fathom_error_create(
			FATHOM_ERROR_INVALID_ARGUMENT,
			"key file %s: a private key that others may use (mode %04o): chmod 600 it",
			path, (unsigned int)status.st_mode & 07777);
	return NULL;
}

/* Up to @capacity bytes; fewer only at the end of the file. */
static struct fathom_error *read_text(const char *path, int fd, char *text,
				      size_t capacity, size_t *length)
{
	ssize_t got = 1;

	*length = 0;
	while (got && *length < capacity) {
		got = read(fd, text + *length, capacity - *length);
		if (got < 0 && errno != EINTR)
			return fathom_error_os(errno, "key file %s", path);
		*length += got > 0 ? (size_t)got : 0;
	}
	return NULL;
}

static struct fathom_error *read_key(const char *path, int fd, bool private_key,
				     uint8_t key[FATHOM_KEY_SIZE])
{
	struct fathom_error *error = NULL;
	char text[MAX_TEXT];
	size_t length;

	if (private_key)
		error = check_private(path, fd);
	if (!error)
		error = read_text(path, fd, text, sizeof(text), &length);
	if (error)
		return error;
	if (length && text[length - 1] == '\n')
		length--;
	if (!fathom_key_decode(text, length, key))
		error = fathom_error_create(
			FATHOM_ERROR_INVALID_ARGUMENT,
			"key file %s: not a key: 32 bytes in base64 on one line",
			path);
	OPENSSL_cleanse(text, sizeof(text));
	return error;
}

struct fathom_error *fathom_key_file_read(const char *path, bool private_key,
					  uint8_t key[FATHOM_KEY_SIZE])
{
	/* Not to hang at a FIFO. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct fathom_error *error;

	if (fd < 0)
		return fathom_error_create(
			FATHOM_ERROR_INVALID_ARGUMENT, "key file %s: %s%s",
			path, strerror(errno),
			errno == ENOENT ? " (fathom key generate makes keys)"
					: "");
	error = read_key(path, fd, private_key, key);
	close(fd);
	return error;
}

static struct fathom_error *write_text(const char *path, int fd,
				       const char *text, size_t size)
{
	while (size) {
		ssize_t done = write(fd, text, size);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return fathom_error_os(errno, "key file %s", path);
		text += done;
		size -= (size_t)done;
	}
	if (fsync(fd))
		return fathom_error_os(errno, "key file %s", path);
	return NULL;
}

struct fathom_error *fathom_key_file_write(const char *path, bool private_key,
					   const uint8_t key[FATHOM_KEY_SIZE])
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY,
		      private_key ? 0600 : 0644);
	char text[FATHOM_KEY_TEXT_LENGTH + 1];
	struct fathom_error *error;

	if (fd < 0)
		return fathom_error_create(
			FATHOM_ERROR_INVALID_ARGUMENT, "key file %s: %s", path,
			errno == EEXIST ? "is there already and is kept"
					: strerror(errno));
	fathom_key_encode(key, text);
	text[FATHOM_KEY_TEXT_LENGTH] = '\n';
	error = write_text(path, fd, text, sizeof(text));
	OPENSSL_cleanse(text, sizeof(text));
	if (close(fd) && !error)
		error = fathom_error_os(errno, "key file %s", path);
	if (error)
		unlink(path);
	return error;
}

struct fathom_error *fathom_key_file_default(const char *name, char **ret)
{
	const char *base = getenv("XDG_CONFIG_HOME");
	const char *below = "fathom";

	/* A relative one is to be ignored: XDG Base Directory, 0.8. */
	if (!base || base[0] != '/') {
		base = getenv("HOME");
		below = ".config/fathom";
	}
	if (!base || base[0] != '/')
		return fathom_error_create(
			FATHOM_ERROR_INVALID_ARGUMENT,
			"where is key %s? neither XDG_CONFIG_HOME nor HOME is set",
			name);
	if (asprintf(ret, "%s/%s/%s", base, below, name) < 0)
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "out of memory");
	return NULL;
}

struct fathom_error *fathom_key_file_find(const char *path, const char *name,
					  bool private_key,
					  uint8_t key[FATHOM_KEY_SIZE])
{
	struct fathom_error *error;
	char *standard = NULL;

	if (!path) {
		error = fathom_key_file_default(name, &standard);
		if (error)
			return error;
		path = standard;
	}
	error = fathom_key_file_read(path, private_key, key);
	free(standard);
	return error;
}
