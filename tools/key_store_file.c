/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Key stores in files: see key_store_file.h. */
#include "key_store_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto.h"
#include "memory.h"

static struct fathom_error *check_mode(const char *path, int fd)
{
	struct stat status;

	if (fstat(fd, &status))
		return fathom_error_os(errno, "key store %s", path);
	if (!S_ISREG(status.st_mode))
		return fathom_error_create(FATHOM_ERROR_INVALID_ARGUMENT,
					   "key store %s: not a file", path);
	if (status.st_mode & (S_IRWXG | S_IRWXO))
		return fathom_error_create(
			FATHOM_ERROR_INVALID_ARGUMENT,
			"key store %s: it holds a private key that others may use (mode %04o): chmod 600 it",
			path, (unsigned int)status.st_mode & 07777);
	return NULL;
}

/* Bytes of the file that a store takes. */
static size_t size_of(const struct key_store_file *store)
{
	return sizeof(store->header) +
	       (size_t)store->header.count * FATHOM_KEY_SIZE;
}

static struct fathom_error *
check_store(const char *path, const struct key_store_file *store, size_t size)
{
	const struct fathom_key_store *header = &store->header;

	if (size < sizeof(*header) || header->magic != FATHOM_KEY_STORE_MAGIC)
		return fathom_error_create(FATHOM_ERROR_INVALID_ARGUMENT,
					   "%s is not a key store", path);
	if (header->version != FATHOM_KEY_STORE_VERSION)
		return fathom_error_create(
			FATHOM_ERROR_UNSUPPORTED,
			"key store %s: of version %u, where only %u is known",
			path, header->version, FATHOM_KEY_STORE_VERSION);
	if (header->count > FATHOM_KEY_STORE_MAX || size != size_of(store))
		return fathom_error_create(
			FATHOM_ERROR_INVALID_ARGUMENT,
			"key store %s: it says it has %u keys, and is %zu bytes long",
			path, header->count, size);
	if (crypto_is_zero(header->private_key, FATHOM_KEY_SIZE))
		return fathom_error_create(
			FATHOM_ERROR_INVALID_ARGUMENT,
			"key store %s: the agent's key is zero", path);
	return NULL;
}

/* All of the file up to @capacity bytes. */
static struct fathom_error *read_bytes(const char *path, int fd, void *buffer,
				       size_t capacity, size_t *size)
{
	ssize_t got = 1;

	*size = 0;
	while (got && *size < capacity) {
		got = read(fd, (char *)buffer + *size, capacity - *size);
		if (got < 0 && errno != EINTR)
			return fathom_error_os(errno, "key store %s", path);
		*size += got > 0 ? (size_t)got : 0;
	}
	return NULL;
}

static struct fathom_error *read_store(const char *path, int fd,
				       struct key_store_file *store)
{
	/* One byte more, to see that there is more. */
	uint8_t buffer[sizeof(*store) + 1];
	struct fathom_error *error;
	size_t size;

	error = check_mode(path, fd);
	if (error)
		return error;
	error = read_bytes(path, fd, buffer, sizeof(buffer), &size);
	if (!error) {
		memset(store, 0, sizeof(*store));
		memcpy(store, buffer,
		       size < sizeof(*store) ? size : sizeof(*store));
		error = check_store(path, store, size);
	}
	crypto_wipe(buffer, sizeof(buffer));
	return error;
}

struct fathom_error *key_store_file_read(const char *path,
					 struct key_store_file *store)
{
	/* Not to hang at a FIFO. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct fathom_error *error;

	if (fd < 0)
		return fathom_error_create(
			FATHOM_ERROR_INVALID_ARGUMENT, "key store %s: %s%s",
			path, strerror(errno),
			errno == ENOENT
				? " (fathom key generate --agent makes one)"
				: "");
	error = read_store(path, fd, store);
	close(fd);
	return error;
}

static struct fathom_error *write_store(const char *path, int fd,
					const struct key_store_file *store)
{
	const char *from = (const char *)store;
	size_t left = size_of(store);

	while (left) {
		ssize_t done = write(fd, from, left);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return fathom_error_os(errno, "key store %s", path);
		from += done;
		left -= (size_t)done;
	}
	if (fsync(fd))
		return fathom_error_os(errno, "key store %s", path);
	return NULL;
}

struct fathom_error *key_store_file_create(const char *path,
					   const struct key_store_file *store)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY,
		      0600);
	struct fathom_error *error;

	if (fd < 0)
		return fathom_error_create(
			FATHOM_ERROR_INVALID_ARGUMENT, "key store %s: %s", path,
			errno == EEXIST ? "is there already and is kept"
					: strerror(errno));
	error = write_store(path, fd, store);
	if (close(fd) && !error)
		error = fathom_error_os(errno, "key store %s", path);
	if (error)
		unlink(path);
	return error;
}

struct fathom_error *key_store_file_replace(const char *path,
					    const struct key_store_file *store)
{
	char *temporary = xformat("%s.XXXXXX", path);
	struct fathom_error *error = NULL;
	int fd = mkostemp(temporary, O_CLOEXEC);

	if (fd < 0) {
		error = fathom_error_os(errno, "key store %s", temporary);
		free(temporary);
		return error;
	}
	error = write_store(path, fd, store);
	if (close(fd) && !error)
		error = fathom_error_os(errno, "key store %s", temporary);
	if (!error && rename(temporary, path))
		error = fathom_error_os(errno, "key store %s", path);
	if (error)
		unlink(temporary);
	free(temporary);
	return error;
}

uint32_t key_store_file_find(const struct key_store_file *store,
			     const uint8_t key[FATHOM_KEY_SIZE])
{
	uint32_t i;

	for (i = 0; i < store->header.count; i++) {
		if (!memcmp(store->authorized[i], key, FATHOM_KEY_SIZE))
			break;
	}
	return i;
}
