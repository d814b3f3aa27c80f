/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The hash-chained log: see chain.h. */
#include "chain.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/sha.h>

#include "chain_aside.h"
#include "chain_place.h"
#include "chain_walk.h"
#include "report_hex.h"
#include "write_at.h"

struct watch_chain {
	char *path;
	int fd;
	int head_fd;
	EVP_PKEY *key;
	off_t size;		      /* of what is committed */
	struct watch_place signed_to; /* the same */
	struct watch_place last;      /* with what is only added */
	uint64_t missing;
	bool was_unsigned;
	char *added;
	size_t added_size;
	json_t *notices; /* of what is added; an array */
	uint64_t lost;	 /* notices for which there was no room */
};

static struct fathom_error *failed(const char *path)
{
	return fathom_error_os(errno, "%s", path);
}

static struct fathom_error *no_memory(void)
{
	return fathom_error_create(FATHOM_ERROR_NO_MEMORY, "out of memory");
}

static struct fathom_error *walk_file(struct watch_chain *chain,
				      struct watch_walk *walk)
{
	struct fathom_error *error;
	int fd = dup(chain->fd);

	walk->file = fd < 0 ? NULL : fdopen(fd, "r");
	if (!walk->file) {
		error = failed(chain->path);
		if (fd >= 0)
			close(fd);
		return error;
	}
	error = watch_walk(walk);
	fclose(walk->file);
	return error;
}

/* That the file is the log's last one. */
static struct fathom_error *check_last(const struct watch_chain *chain,
				       const struct watch_walk *walk)
{
	if (walk->ended)
		return fathom_error_create(
			FATHOM_ERROR_FORMAT,
			"%s: has its end, the log goes on in another file",
			chain->path);
	if (walk->begun && walk->begin.lines > chain->signed_to.lines)
		return fathom_error_create(FATHOM_ERROR_FORMAT,
					   "%s.head: is older than the file",
					   chain->path);
	return walk->begun ? watch_walk_check_head(walk) : NULL;
}

static struct fathom_error *check_log(struct watch_chain *chain,
				      watch_chain_line line, void *context)
{
	struct watch_walk walk = {
		.path = chain->path,
		.key = chain->key,
		.line = line,
		.context = context,
		.only_signed = true,
		.head = &chain->signed_to,
	};
	struct fathom_error *error = walk_file(chain, &walk);

	if (!error)
		error = check_last(chain, &walk);
	if (!error)
		error = watch_chain_put_aside(chain->path, chain->fd, walk.size,
					      &chain->was_unsigned);
	if (error)
		return error;
	chain->size = walk.size;
	if (!walk.begun)
		chain->missing = chain->signed_to.lines;
	chain->last = chain->signed_to;
	return NULL;
}

static struct fathom_error *open_head(struct watch_chain *chain, bool empty)
{
	char *path;

	if (asprintf(&path, "%s.head", chain->path) < 0)
		return no_memory();
	/* A log without a head is one whose head somebody took away. */
	chain->head_fd =
		open(path, O_RDWR | O_CLOEXEC | (empty ? O_CREAT : 0), 0600);
	free(path);
	if (chain->head_fd < 0)
		return fathom_error_os(errno, "%s.head", chain->path);
	return NULL;
}

/* That a new file is found after the machine has lost its power. */
static struct fathom_error *sync_folder(const char *path)
{
	char *copy = strdup(path);
	struct fathom_error *error = NULL;
	int fd;

	if (!copy)
		return no_memory();
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* Not all file systems have, and not all users may do, something. */
	if (fd < 0 ? errno != EACCES : fsync(fd) && errno != EINVAL)
		error = failed(path);
	if (fd >= 0)
		close(fd);
	free(copy);
	return error;
}

/* @return Nobody else's file, and of which size. */
static struct fathom_error *open_log(const char *path, int *fd, off_t *size)
{
	struct stat status;

	*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
	if (*fd < 0 || fstat(*fd, &status))
		return failed(path);
	if (!S_ISREG(status.st_mode))
		return fathom_error_create(FATHOM_ERROR_INVALID_ARGUMENT,
					   "%s: not a file", path);
	if (flock(*fd, LOCK_EX | LOCK_NB))
		return fathom_error_create(FATHOM_ERROR_INVALID_ARGUMENT,
					   "%s: another watcher writes to it",
					   path);
	*size = status.st_size;
	return NULL;
}

/* @new Whether there is neither a line nor a head. */
static struct fathom_error *open_files(struct watch_chain *chain, bool *new)
{
	struct fathom_error *error;
	struct stat status;
	off_t size;

	error = open_log(chain->path, &chain->fd, &size);
	if (!error)
		error = open_head(chain, !size);
	if (!error)
		error = sync_folder(chain->path);
	if (error)
		return error;
	if (fstat(chain->head_fd, &status))
		return failed(chain->path);
	*new = !status.st_size;
	/* It is signed before the first line is written. */
	if (*new && size)
		return fathom_error_create(
			FATHOM_ERROR_FORMAT,
			"%s.head: is empty, and the log is not", chain->path);
	return NULL;
}

static struct fathom_error *write_head(const struct watch_chain *chain)
{
	return watch_head_write(chain->path, chain->head_fd, chain->key,
				&chain->last);
}

static struct fathom_error *start(struct watch_chain *chain,
				  watch_chain_line line, void *context)
{
	struct fathom_error *error;
	bool new;

	error = open_files(chain, &new);
	if (!error && !new)
		error = watch_head_read(chain->path, chain->head_fd, chain->key,
					&chain->signed_to);
	if (!error)
		error = check_log(chain, line, context);
	return error ? error : write_head(chain);
}

struct fathom_error *watch_chain_open(const char *path,
				      const uint8_t key[FATHOM_KEY_SIZE],
				      watch_chain_line line, void *context,
				      struct watch_chain **ret)
{
	struct watch_chain *chain = calloc(1, sizeof(*chain));
	struct fathom_error *error;

	if (!chain)
		return no_memory();
	chain->fd = -1;
	chain->head_fd = -1;
	chain->path = strdup(path);
	chain->key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, key,
						  FATHOM_KEY_SIZE);
	chain->notices = json_array();
	error = chain->path && chain->key && chain->notices
			? start(chain, line, context)
			: no_memory();
	if (error) {
		watch_chain_close(chain);
		return error;
	}
	*ret = chain;
	return NULL;
}

uint64_t watch_chain_missing(const struct watch_chain *chain)
{
	return chain->missing;
}

bool watch_chain_was_unsigned(const struct watch_chain *chain)
{
	return chain->was_unsigned;
}

void watch_chain_close(struct watch_chain *chain)
{
	if (!chain)
		return;
	if (chain->fd >= 0)
		close(chain->fd);
	if (chain->head_fd >= 0)
		close(chain->head_fd);
	EVP_PKEY_free(chain->key);
	json_decref(chain->notices);
	free(chain->added);
	free(chain->path);
	free(chain);
}

/* Whether the next line is the first of another file of the log. */
static bool continues(const struct watch_chain *chain)
{
	return !chain->size && !chain->added_size && chain->last.lines;
}

static bool set_place(json_t *event, const struct watch_chain *chain)
{
	json_t *fathom = json_object_get(event, "fathom");
	char digest[WATCH_DIGEST_TEXT];
	json_t *place;

	report_hex_encode(digest, chain->last.digest,
			  sizeof(chain->last.digest));
	place = json_pack("{s:I, s:s}", "line",
			  (json_int_t)(chain->last.lines + 1), "previous",
			  digest);
	if (continues(chain))
		json_object_set_new(place, "continues", json_true());
	return !json_object_set_new(fathom, "chain", place);
}

static bool add(struct watch_chain *chain, const char *line, size_t size)
{
	char *more = realloc(chain->added, chain->added_size + size + 1);

	if (!more)
		return false;
	chain->added = more;
	memcpy(more + chain->added_size, line, size);
	more[chain->added_size + size] = '\n';
	chain->added_size += size + 1;
	SHA256((const unsigned char *)line, size, chain->last.digest);
	chain->last.lines++;
	return true;
}

struct fathom_error *watch_chain_append(struct watch_chain *chain,
					json_t *event)
{
	char *line = NULL;
	size_t size;
	bool added;

	if (set_place(event, chain))
		line = json_dumps(event, JSON_COMPACT);
	json_object_del(json_object_get(event, "fathom"), "chain");
	if (!line)
		return no_memory();
	size = strlen(line);
	if (size + 2 > WATCH_MAX_LINE) {
		free(line);
		return fathom_error_create(FATHOM_ERROR_LIMIT,
					   "%s: an event is too long",
					   chain->path);
	}
	added = add(chain, line, size);
	free(line);
	return added ? NULL : no_memory();
}

struct fathom_error *watch_chain_append_notice(struct watch_chain *chain,
					       json_t *event)
{
	struct fathom_error *error = watch_chain_append(chain, event);

	/* An alarm that stands is not raised again. */
	if (!error && json_array_append(chain->notices, event))
		chain->lost++;
	return error;
}

uint64_t watch_chain_take_lost(struct watch_chain *chain)
{
	uint64_t lost = chain->lost;

	chain->lost = 0;
	return lost;
}

static void forget_added(struct watch_chain *chain)
{
	free(chain->added);
	chain->added = NULL;
	chain->added_size = 0;
	chain->last = chain->signed_to;
}

/* What could not be written down; the first of it is nearest to the reason. */
static void add_notices_again(struct watch_chain *chain)
{
	struct fathom_error *error;
	json_t *notice;
	size_t i;

	while (json_array_size(chain->notices) > WATCH_CHAIN_NOTICES) {
		json_array_remove(chain->notices,
				  json_array_size(chain->notices) - 1);
		chain->lost++;
	}
	json_array_foreach(chain->notices, i, notice)
	{
		error = watch_chain_append(chain, notice);
		chain->lost += !!error;
		fathom_error_destroy(error);
	}
}

struct fathom_error *watch_chain_commit(struct watch_chain *chain)
{
	struct fathom_error *error = NULL;

	if (!chain->added_size)
		return NULL;
	if (!watch_write_at(chain->fd, chain->added, chain->added_size,
			    chain->size) ||
	    fdatasync(chain->fd))
		error = failed(chain->path);
	if (!error)
		error = write_head(chain);
	if (!error) {
		chain->size += (off_t)chain->added_size;
		chain->signed_to = chain->last;
	} else if (ftruncate(chain->fd, chain->size)) {
		/* A torn end, which the next line overwrites. */
		error = fathom_error_prefix(error, "and cannot be cut off");
	}
	forget_added(chain);
	if (error)
		add_notices_again(chain);
	else
		json_array_clear(chain->notices);
	return error;
}

static struct fathom_error *is_moved(const struct watch_chain *chain, bool *ret)
{
	struct stat there, ours;

	*ret = true;
	if (fstat(chain->fd, &ours))
		return failed(chain->path);
	if (!stat(chain->path, &there))
		*ret = there.st_dev != ours.st_dev ||
		       there.st_ino != ours.st_ino;
	else if (errno != ENOENT)
		return failed(chain->path);
	return NULL;
}

/* From then on, nothing can be added to the file, nor taken off. */
static struct fathom_error *write_end(struct watch_chain *chain)
{
	char place[WATCH_PLACE_TEXT];
	struct fathom_error *error = NULL;
	char *line;
	int length;

	if (!chain->size)
		return NULL;
	if (!watch_place_encode(&chain->last, WATCH_PLACE_END, chain->key,
				place))
		return fathom_error_create(FATHOM_ERROR_UNSUPPORTED,
					   "%s: cannot be signed", chain->path);
	length = asprintf(&line, "{\"end\":%s}\n", place);
	if (length < 0)
		return no_memory();
	if (!watch_write_at(chain->fd, line, (size_t)length, chain->size) ||
	    fdatasync(chain->fd))
		error = failed(chain->path);
	if (error && ftruncate(chain->fd, chain->size))
		error = fathom_error_prefix(error, "and cannot be cut off");
	free(line);
	return error;
}

static struct fathom_error *open_next(const struct watch_chain *chain, int *fd)
{
	struct fathom_error *error;
	off_t size;

	error = open_log(chain->path, fd, &size);
	if (!error && size)
		error = fathom_error_create(
			FATHOM_ERROR_INVALID_ARGUMENT,
			"%s: a file is there that is not empty", chain->path);
	return error ? error : sync_folder(chain->path);
}

struct fathom_error *watch_chain_move_on(struct watch_chain *chain, bool *moved)
{
	struct fathom_error *error = watch_chain_commit(chain);
	bool away = false;
	int fd = -1;

	*moved = false;
	if (!error)
		error = is_moved(chain, &away);
	if (error || !away)
		return error;
	error = open_next(chain, &fd);
	if (!error)
		error = write_end(chain);
	if (error) {
		if (fd >= 0)
			close(fd);
		return error;
	}
	close(chain->fd);
	chain->fd = fd;
	chain->size = 0;
	*moved = true;
	return NULL;
}
