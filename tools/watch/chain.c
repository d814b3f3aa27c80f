/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The hash-chained log: see chain.h. */
#include "chain.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/sha.h>

#include "report_hex.h"
#include "report_message.h"

/* Events are messages with some more around them. */
#define MAX_LINE       (2 * REPORT_MAX_LINE)

#define DIGEST_TEXT    (2 * SHA256_DIGEST_LENGTH + 1)

#define SIGNATURE_SIZE 64

/* Always so long, that it can be overwritten: within a sector. */
#define HEAD_SIZE 384

/* How often to look again whether the watcher has signed what it wrote. */
#define SIGNED_TRIES   10
#define SIGNED_WAIT_NS 100000000

/** How far a log goes. */
struct place {
	uint64_t lines;
	uint8_t digest[SHA256_DIGEST_LENGTH]; /* of the last; zero if none */
};

struct watch_chain {
	char *path;
	int fd;
	int head_fd;
	EVP_PKEY *key;
	off_t size;		/* of what is committed */
	struct place signed_to; /* the same */
	struct place last;	/* with what is only added */
	char *added;
	size_t added_size;
};

/* What is signed: so that it is nothing but a head. */
struct head_message {
	char purpose[24];
	uint64_t lines;
	uint8_t digest[SHA256_DIGEST_LENGTH];
};

static struct fathom_error *failed(const char *path)
{
	return fathom_error_os(errno, "%s", path);
}

static struct fathom_error *no_memory(void)
{
	return fathom_error_create(FATHOM_ERROR_NO_MEMORY, "out of memory");
}

static struct head_message message_of(const struct place *place)
{
	struct head_message message = {
		.purpose = "fathom watch log head",
		.lines = htole64(place->lines),
	};

	memcpy(message.digest, place->digest, sizeof(message.digest));
	return message;
}

static bool sign(EVP_PKEY *key, const struct place *place,
		 uint8_t signature[SIGNATURE_SIZE])
{
	struct head_message message = message_of(place);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	size_t size = SIGNATURE_SIZE;
	bool ok = context &&
		  EVP_DigestSignInit(context, NULL, NULL, NULL, key) == 1 &&
		  EVP_DigestSign(context, signature, &size,
				 (const unsigned char *)&message,
				 sizeof(message)) == 1;

	EVP_MD_CTX_free(context);
	return ok;
}

static bool is_signed(EVP_PKEY *key, const struct place *place,
		      const uint8_t signature[SIGNATURE_SIZE])
{
	struct head_message message = message_of(place);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool ok = context &&
		  EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) == 1 &&
		  EVP_DigestVerify(context, signature, SIGNATURE_SIZE,
				   (const unsigned char *)&message,
				   sizeof(message)) == 1;

	EVP_MD_CTX_free(context);
	return ok;
}

static bool write_all(int fd, const char *bytes, size_t size, off_t at)
{
	while (size) {
		ssize_t done = pwrite(fd, bytes, size, at);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return false;
		bytes += done;
		size -= (size_t)done;
		at += done;
	}
	return true;
}

static struct fathom_error *write_head(struct watch_chain *chain,
				       const struct place *place)
{
	char signature_text[2 * SIGNATURE_SIZE + 1];
	uint8_t signature[SIGNATURE_SIZE];
	char digest[DIGEST_TEXT];
	char text[HEAD_SIZE + 1];
	int length;

	if (!sign(chain->key, place, signature))
		return fathom_error_create(FATHOM_ERROR_UNSUPPORTED,
					   "%s.head: cannot be signed",
					   chain->path);
	report_hex_encode(digest, place->digest, sizeof(place->digest));
	report_hex_encode(signature_text, signature, sizeof(signature));
	length = snprintf(text, sizeof(text),
			  "{\"lines\":%" PRIu64
			  ",\"sha256\":\"%s\",\"signature\":\"%s\"}",
			  place->lines, digest, signature_text);
	memset(text + length, ' ', HEAD_SIZE - (size_t)length);
	text[HEAD_SIZE - 1] = '\n';
	if (!write_all(chain->head_fd, text, HEAD_SIZE, 0) ||
	    fdatasync(chain->head_fd))
		return fathom_error_os(errno, "%s.head", chain->path);
	return NULL;
}

static bool parse_head(const char *text, size_t size, struct place *ret,
		       uint8_t signature[SIGNATURE_SIZE])
{
	json_t *head = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
	const char *digest;
	const char *signed_by;
	json_int_t lines;
	bool ok;

	ok = !json_unpack(head, "{s:I, s:s, s:s}", "lines", &lines, "sha256",
			  &digest, "signature", &signed_by) &&
	     lines >= 0 &&
	     report_hex_decode(ret->digest, sizeof(ret->digest), digest) &&
	     report_hex_decode(signature, SIGNATURE_SIZE, signed_by);
	ret->lines = ok ? (uint64_t)lines : 0;
	json_decref(head);
	return ok;
}

/* @key: NULL to believe it. */
static struct fathom_error *read_head_once(const char *path, int fd,
					   EVP_PKEY *key, struct place *ret)
{
	uint8_t signature[SIGNATURE_SIZE];
	char text[HEAD_SIZE + 1];
	ssize_t size = pread(fd, text, sizeof(text), 0);

	if (size < 0)
		return fathom_error_os(errno, "%s.head", path);
	if (!parse_head(text, (size_t)size, ret, signature))
		return fathom_error_create(FATHOM_ERROR_FORMAT,
					   "%s.head: not the head of a log",
					   path);
	if (key && !is_signed(key, ret, signature))
		return fathom_error_create(
			FATHOM_ERROR_FORMAT,
			"%s.head: not signed by this watcher's key", path);
	return NULL;
}

/* It may be just written. */
static struct fathom_error *read_head(const char *path, int fd, EVP_PKEY *key,
				      struct place *ret)
{
	struct fathom_error *error = read_head_once(path, fd, key, ret);

	if (!error)
		return NULL;
	fathom_error_destroy(error);
	return read_head_once(path, fd, key, ret);
}

static struct fathom_error *broken(const char *path, uint64_t line,
				   const char *what)
{
	return fathom_error_create(FATHOM_ERROR_FORMAT,
				   "%s: line %" PRIu64 ": %s", path, line,
				   what);
}

/* A line's own words about its place, compared with where it is. */
static const char *check_line(const json_t *event, const struct place *before)
{
	uint8_t previous[SHA256_DIGEST_LENGTH];
	const char *text;
	json_int_t number;

	if (json_unpack((json_t *)event, "{s:{s:{s:I, s:s}}}", "fathom",
			"chain", "line", &number, "previous", &text) ||
	    !report_hex_decode(previous, sizeof(previous), text))
		return "is not of such a log";
	if (number < 0 || (uint64_t)number != before->lines + 1)
		return "is not where it was written";
	if (memcmp(previous, before->digest, sizeof(previous)) != 0)
		return "the line before was changed";
	return NULL;
}

struct walk {
	const char *path;
	FILE *file;
	struct place at;
	off_t size; /* of whole lines */
	bool torn;  /* the last line has no end */
	watch_chain_line line;
	void *context;
	/* A line that is to be the one that the head tells of. */
	const struct place *expected;
};

static struct fathom_error *take_line(struct walk *walk, const char *text,
				      size_t size)
{
	json_t *event = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
	uint64_t number = walk->at.lines + 1;
	const char *wrong;

	if (!event)
		return broken(walk->path, number, "is no JSON");
	wrong = check_line(event, &walk->at);
	if (!wrong && walk->line)
		walk->line(walk->context, event);
	json_decref(event);
	if (wrong)
		return broken(walk->path, number, wrong);
	SHA256((const unsigned char *)text, size, walk->at.digest);
	walk->at.lines = number;
	if (walk->expected->lines == number &&
	    memcmp(walk->expected->digest, walk->at.digest,
		   SHA256_DIGEST_LENGTH) != 0)
		return broken(walk->path, number,
			      "is not what the head was signed for");
	return NULL;
}

/* From the beginning to the end. */
static struct fathom_error *walk_log(struct walk *walk)
{
	struct fathom_error *error = NULL;
	char *line = malloc(MAX_LINE);

	if (!line)
		return no_memory();
	while (!error && fgets(line, MAX_LINE, walk->file)) {
		size_t size = strlen(line);

		walk->torn = !size || line[size - 1] != '\n';
		if (walk->torn)
			break;
		walk->size += (off_t)size;
		error = take_line(walk, line, size - 1);
	}
	if (!error && ferror(walk->file))
		error = failed(walk->path);
	/* Only the last one may be without an end. */
	if (!error && walk->torn && fgetc(walk->file) != EOF)
		error = broken(walk->path, walk->at.lines + 1, "has no end");
	free(line);
	if (!error && walk->at.lines < walk->expected->lines)
		error = fathom_error_create(
			FATHOM_ERROR_FORMAT,
			"%s: ends with line %" PRIu64 ", but %" PRIu64
			" were signed: the end is cut off",
			walk->path, walk->at.lines, walk->expected->lines);
	return error;
}

static struct fathom_error *check_log(struct watch_chain *chain,
				      watch_chain_line line, void *context)
{
	struct walk walk = {
		.path = chain->path,
		.line = line,
		.context = context,
		.expected = &chain->signed_to,
	};
	struct fathom_error *error;
	int fd = dup(chain->fd);

	walk.file = fd < 0 ? NULL : fdopen(fd, "r");
	if (!walk.file) {
		error = failed(chain->path);
		if (fd >= 0)
			close(fd);
		return error;
	}
	error = walk_log(&walk);
	fclose(walk.file);
	if (error)
		return error;
	if (ftruncate(chain->fd, walk.size))
		return failed(chain->path);
	chain->size = walk.size;
	chain->last = walk.at;
	chain->signed_to = walk.at;
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

static struct fathom_error *open_files(struct watch_chain *chain, bool *empty)
{
	struct fathom_error *error;
	struct stat status;

	chain->fd = open(chain->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY,
			 0600);
	if (chain->fd < 0 || fstat(chain->fd, &status))
		return failed(chain->path);
	if (!S_ISREG(status.st_mode))
		return fathom_error_create(FATHOM_ERROR_INVALID_ARGUMENT,
					   "%s: not a file", chain->path);
	if (flock(chain->fd, LOCK_EX | LOCK_NB))
		return fathom_error_create(FATHOM_ERROR_INVALID_ARGUMENT,
					   "%s: another watcher writes to it",
					   chain->path);
	error = open_head(chain, !status.st_size);
	if (error)
		return error;
	if (fstat(chain->head_fd, &status))
		return failed(chain->path);
	*empty = !status.st_size;
	return NULL;
}

static struct fathom_error *start(struct watch_chain *chain,
				  watch_chain_line line, void *context)
{
	struct fathom_error *error;
	bool empty;

	error = open_files(chain, &empty);
	if (!error && !empty)
		error = read_head(chain->path, chain->head_fd, chain->key,
				  &chain->signed_to);
	if (!error)
		error = check_log(chain, line, context);
	return error ? error : write_head(chain, &chain->last);
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
	error = chain->path && chain->key ? start(chain, line, context)
					  : no_memory();
	if (error) {
		watch_chain_close(chain);
		return error;
	}
	*ret = chain;
	return NULL;
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
	free(chain->added);
	free(chain->path);
	free(chain);
}

static bool set_place(json_t *event, const struct place *before)
{
	json_t *fathom = json_object_get(event, "fathom");
	char digest[DIGEST_TEXT];

	report_hex_encode(digest, before->digest, sizeof(before->digest));
	return fathom &&
	       !json_object_set_new(fathom, "chain",
				    json_pack("{s:I, s:s}", "line",
					      (json_int_t)(before->lines + 1),
					      "previous", digest));
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

	if (set_place(event, &chain->last))
		line = json_dumps(event, JSON_COMPACT);
	json_object_del(json_object_get(event, "fathom"), "chain");
	if (!line)
		return no_memory();
	size = strlen(line);
	if (size + 2 > MAX_LINE) {
		free(line);
		return fathom_error_create(FATHOM_ERROR_LIMIT,
					   "%s: an event is too long",
					   chain->path);
	}
	added = add(chain, line, size);
	free(line);
	return added ? NULL : no_memory();
}

static void forget_added(struct watch_chain *chain)
{
	free(chain->added);
	chain->added = NULL;
	chain->added_size = 0;
	chain->last = chain->signed_to;
}

struct fathom_error *watch_chain_commit(struct watch_chain *chain)
{
	struct fathom_error *error = NULL;

	if (!chain->added_size)
		return NULL;
	if (!write_all(chain->fd, chain->added, chain->added_size,
		       chain->size) ||
	    fdatasync(chain->fd))
		error = failed(chain->path);
	if (!error)
		error = write_head(chain, &chain->last);
	if (!error) {
		chain->size += (off_t)chain->added_size;
		chain->signed_to = chain->last;
	} else if (ftruncate(chain->fd, chain->size)) {
		/* A torn end, which the next line overwrites. */
		error = fathom_error_prefix(error, "and cannot be cut off");
	}
	forget_added(chain);
	return error;
}

/* Lines that the head does not speak of: somebody else's, or just written. */
static struct fathom_error *check_signed(const struct walk *walk, int head_fd,
					 EVP_PKEY *key)
{
	const struct timespec wait = {.tv_nsec = SIGNED_WAIT_NS};
	struct fathom_error *error;
	struct place head;
	int try;

	for (try = 0; try < SIGNED_TRIES; try++) {
		error = read_head(walk->path, head_fd, key, &head);
		if (error || head.lines >= walk->at.lines)
			return error;
		nanosleep(&wait, NULL);
	}
	return broken(walk->path, head.lines + 1, "is not signed");
}

static struct fathom_error *verify_with(const char *path, FILE *log,
					int head_fd, EVP_PKEY *key,
					uint64_t *lines)
{
	struct fathom_error *error;
	struct place expected;
	struct walk walk = {
		.path = path,
		.file = log,
		.expected = &expected,
	};

	error = read_head(path, head_fd, key, &expected);
	if (!error)
		error = walk_log(&walk);
	*lines = walk.at.lines;
	return error ? error : check_signed(&walk, head_fd, key);
}

struct fathom_error *watch_chain_verify(const char *path, const uint8_t *key,
					uint64_t *lines)
{
	EVP_PKEY *public_key = NULL;
	struct fathom_error *error;
	char *head_path = NULL;
	FILE *log = fopen(path, "re");
	int head_fd = -1;

	*lines = 0;
	if (key)
		public_key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL,
							 key, FATHOM_KEY_SIZE);
	if (asprintf(&head_path, "%s.head", path) < 0)
		head_path = NULL;
	if (head_path)
		head_fd = open(head_path, O_RDONLY | O_CLOEXEC);
	if (!log)
		error = failed(path);
	else if (head_fd < 0)
		error = fathom_error_os(errno, "%s.head", path);
	else if (key && !public_key)
		error = fathom_error_create(FATHOM_ERROR_INVALID_ARGUMENT,
					    "not an Ed25519 key");
	else
		error = verify_with(path, log, head_fd, public_key, lines);
	EVP_PKEY_free(public_key);
	if (log)
		fclose(log);
	if (head_fd >= 0)
		close(head_fd);
	free(head_path);
	return error;
}
