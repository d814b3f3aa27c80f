/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * A log of the watcher's that somebody has changed: a right one, of one file or
 * of several, in which bytes are changed, put in or taken out, or files left
 * out or mixed up. Whoever checks it finds that out, or all lines are what they
 * were. Then the digests are put right, as anybody can, so that what a line
 * says is looked at as well: understood, or an error of one line.
 */
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "chain.h"
#include "chain_place.h"
#include "chain_walk.h"
#include "fuzz.h"
#include "report_hex.h"

#define MAX_FILES   3u
#define MAX_LINES   4u
#define MAX_CHANGES 8u
#define MAX_TEXT    8192u

#define PREVIOUS    "\"previous\":\""

struct text {
	size_t size;
	size_t events; /* bytes of it, before the end of the file */
	char bytes[MAX_TEXT];
};

static const uint8_t private_key[FATHOM_KEY_SIZE] = {7};
static uint8_t public_key[FATHOM_KEY_SIZE];
static char folder[] = "/tmp/fathom-fuzz-log-XXXXXX";
static char paths[MAX_FILES][64], head_paths[MAX_FILES][64];
static EVP_PKEY *key;
static struct text files[MAX_FILES], changed[MAX_FILES];
static size_t file_count;
static struct watch_place place; /* of the last line that was made */
static size_t taken;

/* The watcher that is waited for will not come. */
int nanosleep(const struct timespec *requested_time, struct timespec *remaining)
{
	(void)requested_time;
	(void)remaining;
	return 0;
}

/* Nor does a log like this one outlive the machine. */
int fdatasync(int fildes)
{
	(void)fildes;
	return 0;
}

static void remove_all(void)
{
	size_t i;

	for (i = 0; i < MAX_FILES; i++) {
		unlink(paths[i]);
		unlink(head_paths[i]);
	}
	rmdir(folder);
}

static void begin(void)
{
	size_t size = sizeof(public_key);
	size_t i;

	if (key)
		return;
	DEMAND(mkdtemp(folder));
	for (i = 0; i < MAX_FILES; i++) {
		snprintf(paths[i], sizeof(paths[i]), "%s/%zu", folder, i);
		snprintf(head_paths[i], sizeof(head_paths[i]), "%s/%zu.head",
			 folder, i);
	}
	atexit(remove_all);
	key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, private_key,
					   sizeof(private_key));
	DEMAND(key && EVP_PKEY_get_raw_public_key(key, public_key, &size));
}

static void put(struct text *to, const char *line, size_t size)
{
	DEMAND(to->size + size <= sizeof(to->bytes));
	memcpy(to->bytes + to->size, line, size);
	to->size += size;
}

static void make_line(struct fuzz_input *input, struct text *to)
{
	char digest[WATCH_DIGEST_TEXT];
	char line[256];
	int length;

	report_hex_encode(digest, place.digest, sizeof(place.digest));
	length = snprintf(
		line, sizeof(line),
		"{\"message\":\"%llx\",\"fathom\":{\"chain\":{\"line\":%llu," PREVIOUS
		"%s\"%s}}}\n",
		(unsigned long long)fuzz_u64(input),
		(unsigned long long)place.lines + 1, digest,
		place.lines && !to->size ? ",\"continues\":true" : "");
	put(to, line, (size_t)length);
	place.lines++;
	SHA256((const unsigned char *)line, (size_t)length - 1, place.digest);
}

static void make_end(struct text *to)
{
	char text[WATCH_PLACE_TEXT];
	char line[WATCH_PLACE_TEXT + 16];
	int length;

	DEMAND(watch_place_encode(&place, WATCH_PLACE_END, key, text));
	length = snprintf(line, sizeof(line), "{\"end\":%s}\n", text);
	put(to, line, (size_t)length);
}

static void make_log(struct fuzz_input *input)
{
	uint64_t lines;
	size_t i;

	place = (struct watch_place){0};
	file_count = 1 + fuzz_u64(input) % MAX_FILES;
	for (i = 0; i < file_count; i++) {
		files[i].size = 0;
		for (lines = 1 + fuzz_u64(input) % MAX_LINES; lines; lines--)
			make_line(input, &files[i]);
		files[i].events = files[i].size;
		if (i + 1 < file_count)
			make_end(&files[i]);
		changed[i] = files[i];
	}
}

/* Take some bytes out, and put others there. */
static void change(struct fuzz_input *input, struct text *text)
{
	size_t at = fuzz_u64(input) % (text->size + 1);
	size_t out = fuzz_u64(input) % 4;
	size_t in = fuzz_u64(input) % 32;

	if (out > text->size - at)
		out = text->size - at;
	if (in > sizeof(text->bytes) - text->size)
		in = sizeof(text->bytes) - text->size;
	memmove(text->bytes + at + in, text->bytes + at + out,
		text->size - at - out);
	fuzz_take(input, text->bytes + at, in);
	text->size += in - out;
}

static void write_file(const char *path, const char *bytes, size_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	DEMAND(fd >= 0 && write(fd, bytes, size) == (ssize_t)size);
	close(fd);
}

static void write_log(void)
{
	const char *head = head_paths[file_count - 1];
	size_t i;
	int fd;

	for (i = 0; i < file_count; i++) {
		unlink(head_paths[i]);
		write_file(paths[i], changed[i].bytes, changed[i].size);
	}
	fd = open(head, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	DEMAND(fd >= 0 &&
	       !watch_head_write(paths[file_count - 1], fd, key, &place));
	close(fd);
}

static bool verify(const char *const *which, size_t count,
		   struct watch_chain_extent *extent)
{
	struct fathom_error *error =
		watch_chain_verify(which, count, public_key, extent);
	bool fine = !error;

	DEMAND(fine || (*error->message && !strchr(error->message, '\n')));
	fathom_error_destroy(error);
	return fine;
}

/* What is said to be whole is whole: only beginnings of lines may be added, and
 * the end of a file taken off that another one follows. */
static void check_changed(void)
{
	const char *which[MAX_FILES];
	struct watch_chain_extent extent;
	size_t i;

	for (i = 0; i < file_count; i++)
		which[i] = paths[i];
	if (!verify(which, file_count, &extent))
		return;
	DEMAND(!extent.before && extent.lines == place.lines);
	for (i = 0; i < file_count; i++)
		DEMAND(changed[i].size >= files[i].events &&
		       !memcmp(changed[i].bytes, files[i].bytes,
			       files[i].events));
}

/* Of files that nobody has changed. */
static void check_order(struct fuzz_input *input)
{
	const char *which[MAX_FILES];
	struct watch_chain_extent extent;
	size_t first = fuzz_u64(input) % file_count;
	size_t second = fuzz_u64(input) % file_count;

	which[0] = paths[first];
	which[1] = paths[second];
	DEMAND(verify(which, 1, &extent));
	DEMAND(!extent.before == !first);
	DEMAND(verify(which, 2, &extent) == (second == first + 1));
}

/* As somebody does who has no key: each line has the digest of the one before.
 */
static void repair(struct text *text)
{
	uint8_t digest[SHA256_DIGEST_LENGTH] = {0};
	char hex[WATCH_DIGEST_TEXT];
	char *line = text->bytes;
	char *limit = text->bytes + text->size;
	bool first = true;

	while (line < limit) {
		char *end = memchr(line, '\n', (size_t)(limit - line));
		char *at;

		if (!end)
			return;
		at = memmem(line, (size_t)(end - line), PREVIOUS,
			    strlen(PREVIOUS));
		report_hex_encode(hex, digest, sizeof(digest));
		if (at && !first &&
		    (size_t)(end - at) > strlen(PREVIOUS) + strlen(hex))
			memcpy(at + strlen(PREVIOUS), hex, strlen(hex));
		SHA256((unsigned char *)line, (size_t)(end - line), digest);
		first = false;
		line = end + 1;
	}
}

static void count_line(void *context, const json_t *event)
{
	(void)context;
	DEMAND(json_is_object(event));
	taken++;
}

/* One file, of which nothing is signed. */
static void walk(struct fuzz_input *input, struct text *text)
{
	struct watch_place head = {.lines = fuzz_u64(input) % 16};
	struct watch_walk walk = {
		.path = "log",
		.head = &head,
		.line = count_line,
	};
	struct fathom_error *error;

	if (!text->size)
		return;
	walk.file = fmemopen(text->bytes, text->size, "r");
	DEMAND(walk.file);
	taken = 0;
	error = watch_walk(&walk);
	fclose(walk.file);
	DEMAND(taken == walk.at.lines - walk.begin.lines);
	DEMAND((size_t)walk.size <= text->size);
	DEMAND(!error || !strchr(error->message, '\n'));
	DEMAND(error || walk.torn || (size_t)walk.size == text->size);
	fathom_error_destroy(error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};
	uint64_t changes;
	size_t i;

	begin();
	make_log(&input);
	write_log();
	check_order(&input);
	for (changes = fuzz_u64(&input) % MAX_CHANGES; changes; changes--)
		change(&input, &changed[fuzz_u64(&input) % file_count]);
	write_log();
	check_changed();
	for (i = 0; i < file_count; i++) {
		repair(&changed[i]);
		walk(&input, &changed[i]);
	}
	return 0;
}
