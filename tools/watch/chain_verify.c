/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Checking the files of a log that may be in use: see chain.h. */
#include "chain.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "chain_place.h"
#include "chain_walk.h"

/* How often to look again whether the watcher has signed what it wrote. */
#define SIGNED_TRIES   10
#define SIGNED_WAIT_NS 100000000

struct verifier {
	EVP_PKEY *key;
	struct watch_place at; /* the end of the file before */
	const char *after;     /* that file; NULL if there was none */
	struct watch_chain_extent *extent;
};

/* Lines that the head does not speak of: somebody else's, or just written. */
static struct fathom_error *check_signed(const struct watch_walk *walk,
					 int head_fd)
{
	const struct timespec wait = {.tv_nsec = SIGNED_WAIT_NS};
	struct fathom_error *error;
	struct watch_place head;
	int try;

	for (try = 0; try < SIGNED_TRIES; try++) {
		error = watch_head_read(walk->path, head_fd, walk->key, &head);
		if (error || head.lines >= walk->at.lines)
			return error;
		nanosleep(&wait, NULL);
	}
	return fathom_error_create(FATHOM_ERROR_FORMAT,
				   "%s: line %" PRIu64 ": is not signed",
				   walk->path, head.lines + 1);
}

/* The end of the last file is in it, or beside it. */
static struct fathom_error *check_end(const struct watch_walk *walk,
				      int head_fd)
{
	struct fathom_error *error;

	if (walk->ended)
		return NULL;
	if (head_fd < 0)
		return fathom_error_create(
			FATHOM_ERROR_FORMAT,
			"%s: has no signed end, and there is no %s.head",
			walk->path, walk->path);
	error = watch_walk_check_head(walk);
	return error ? error : check_signed(walk, head_fd);
}

static void measure(struct verifier *verifier, const struct watch_walk *walk)
{
	if (!verifier->after)
		verifier->extent->before = walk->begin.lines;
	verifier->extent->lines += walk->at.lines - walk->begin.lines;
}

/* @head_fd: -1 if there is none, or if another file follows, which vouches. */
static struct fathom_error *verify_open(struct verifier *verifier,
					const char *path, FILE *file,
					int head_fd, bool last)
{
	struct watch_place head = {0};
	struct watch_walk walk = {
		.path = path,
		.file = file,
		.key = verifier->key,
		.head = &head,
		.after = verifier->after,
		.at = verifier->at,
		.begin = verifier->at,
	};
	struct fathom_error *error = NULL;

	if (head_fd >= 0)
		error = watch_head_read(path, head_fd, walk.key, &head);
	if (!error)
		error = watch_walk(&walk);
	measure(verifier, &walk);
	if (!error && last)
		error = check_end(&walk, head_fd);
	verifier->at = walk.at;
	verifier->after = path;
	return error;
}

static struct fathom_error *verify_file(struct verifier *verifier,
					const char *path, bool last)
{
	struct fathom_error *error;
	int head_fd = -1;
	char *head_path;
	FILE *file;

	if (asprintf(&head_path, "%s.head", path) < 0)
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "out of memory");
	file = fopen(path, "re");
	if (last)
		head_fd = open(head_path, O_RDONLY | O_CLOEXEC);
	if (file)
		error = verify_open(verifier, path, file, head_fd, last);
	else
		error = fathom_error_os(errno, "%s", path);
	if (file)
		fclose(file);
	if (head_fd >= 0)
		close(head_fd);
	free(head_path);
	return error;
}

struct fathom_error *watch_chain_verify(const char *const *paths, size_t count,
					const uint8_t *key,
					struct watch_chain_extent *extent)
{
	struct verifier verifier = {.extent = extent};
	struct fathom_error *error = NULL;
	size_t i;

	*extent = (struct watch_chain_extent){0};
	if (key)
		verifier.key = EVP_PKEY_new_raw_public_key(
			EVP_PKEY_ED25519, NULL, key, FATHOM_KEY_SIZE);
	if (key && !verifier.key)
		return fathom_error_create(FATHOM_ERROR_INVALID_ARGUMENT,
					   "not an Ed25519 key");
	for (i = 0; i < count && !error; i++)
		error = verify_file(&verifier, paths[i], i + 1 == count);
	EVP_PKEY_free(verifier.key);
	return error;
}
