/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The watcher's log: what is in it stays, and each change of it shows. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "chain.h"
#include "report_tls.h"

#define LINES 5

static const uint8_t key[FATHOM_KEY_SIZE] = {1, 2, 3};
static uint8_t public_key[FATHOM_KEY_SIZE];
static char folder[] = "/tmp/fathom-chain-XXXXXX";
static char path[64], head[64], aside[64], older[64], oldest[64];
static unsigned int recalled, folders_synced;
static struct watch_chain_extent extent;

/* Of folders, which keep the names of new files. */
int fsync(int fd)
{
	struct stat status;

	folders_synced += !fstat(fd, &status) && S_ISDIR(status.st_mode);
	return 0;
}

static void recall(void *context, const json_t *event)
{
	(void)context;
	assert_true(json_is_object(event));
	recalled++;
}

static void append(struct watch_chain *chain, unsigned int number)
{
	json_t *event = json_pack("{s:i, s:{}}", "n", number, "fathom");

	assert_null(watch_chain_append(chain, event));
	json_decref(event);
}

static struct watch_chain *open_chain(void)
{
	struct watch_chain *chain;
	struct fathom_error *error;

	recalled = 0;
	error = watch_chain_open(path, key, recall, NULL, &chain);
	if (error)
		fail_msg("%s", error->message);
	return chain;
}

static void unlink_all(void)
{
	unlink(path);
	unlink(head);
	unlink(aside);
	unlink(older);
	unlink(oldest);
}

static int set_up(void **state)
{
	struct watch_chain *chain;
	unsigned int i;

	(void)state;
	unlink_all();
	chain = open_chain();
	for (i = 1; i <= LINES; i++)
		append(chain, i);
	assert_null(watch_chain_commit(chain));
	watch_chain_close(chain);
	return 0;
}

static int set_up_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/log", folder);
	snprintf(head, sizeof(head), "%s/log.head", folder);
	snprintf(aside, sizeof(aside), "%s/log.unsigned", folder);
	snprintf(older, sizeof(older), "%s/log.1", folder);
	snprintf(oldest, sizeof(oldest), "%s/log.2", folder);
	return !!report_tls_public_key(key, public_key);
}

static int tear_down_folder(void **state)
{
	(void)state;
	unlink_all();
	return rmdir(folder);
}

/* Of one file, or of two. */
static struct fathom_error *verify(const char *first, const char *second)
{
	const char *paths[] = {first, second};

	return watch_chain_verify(paths, second ? 2 : 1, public_key, &extent);
}

static void expect_wrong(struct fathom_error *error, const char *what)
{
	assert_non_null(error);
	if (!strstr(error->message, what))
		fail_msg("%s", error->message);
	fathom_error_destroy(error);
}

static void expect_fine(uint64_t count)
{
	struct fathom_error *error = verify(path, NULL);

	if (error)
		fail_msg("%s", error->message);
	assert_int_equal(extent.before, 0);
	assert_int_equal(extent.lines, count);
}

/* Neither the verifier nor a watcher that goes on with it may overlook it. */
static void expect_broken(const char *what)
{
	struct watch_chain *chain;
	struct fathom_error *error;

	expect_wrong(verify(path, NULL), what);
	error = watch_chain_open(path, key, NULL, NULL, &chain);
	assert_non_null(error);
	fathom_error_destroy(error);
}

static char *read_file(const char *name, size_t *size)
{
	FILE *file = fopen(name, "r");
	char *text = calloc(1, 65536);

	assert_non_null(file);
	*size = fread(text, 1, 65535, file);
	fclose(file);
	return text;
}

static void write_file(const char *name, const char *text, size_t size)
{
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, size, file), size);
	fclose(file);
}

/* Where line @number begins, from 1. */
static char *line_at(char *text, unsigned int number)
{
	while (--number)
		text = strchr(text, '\n') + 1;
	return text;
}

/* A watcher goes on with what is signed, and keeps the rest. */
static void expect_aside(const char *text, unsigned int lines)
{
	struct watch_chain *chain = open_chain();
	size_t size;
	char *kept = read_file(aside, &size);

	assert_int_equal(recalled, lines);
	assert_true(watch_chain_was_unsigned(chain));
	watch_chain_close(chain);
	assert_int_equal(size, strlen(text) + 1);
	assert_memory_equal(kept, text, strlen(text));
	free(kept);
	chain = open_chain();
	assert_false(watch_chain_was_unsigned(chain));
	watch_chain_close(chain);
}

static void a_log_is_gone_on_with(void **state)
{
	struct watch_chain *chain;

	(void)state;
	expect_fine(LINES);
	chain = open_chain();
	assert_int_equal(recalled, LINES);
	append(chain, 6);
	assert_null(watch_chain_commit(chain));
	watch_chain_close(chain);
	expect_fine(LINES + 1);
}

static void one_log_has_one_watcher(void **state)
{
	struct watch_chain *chain = open_chain(), *second;
	struct fathom_error *error;

	(void)state;
	error = watch_chain_open(path, key, NULL, NULL, &second);
	assert_non_null(strstr(error->message, "another watcher"));
	fathom_error_destroy(error);
	watch_chain_close(chain);
}

static void what_is_not_committed_is_not_there(void **state)
{
	struct watch_chain *chain = open_chain();

	(void)state;
	append(chain, 6);
	watch_chain_close(chain);
	expect_fine(LINES);
}

static void each_changed_byte_shows(void **state)
{
	size_t size, at;
	char *text = read_file(path, &size);

	(void)state;
	/* The last line's only guard is the head. */
	for (at = 0; at < size; at += 3) {
		text[at] ^= 1;
		write_file(path, text, size);
		expect_broken("line ");
		text[at] ^= 1;
	}
	write_file(path, text, size);
	expect_fine(LINES);
	free(text);
}

static void the_changed_line_is_named(void **state)
{
	size_t size;
	char *text = read_file(path, &size);
	char *at = strstr(line_at(text, 2), "\"n\":2");

	(void)state;
	at[4] = '7';
	write_file(path, text, size);
	/* Its successor knows what it was. */
	expect_broken("line 3: the line before was changed");
	free(text);
}

static void a_line_taken_out_shows(void **state)
{
	size_t size;
	char *text = read_file(path, &size);
	char *third = line_at(text, 3), *fourth = line_at(text, 4);

	(void)state;
	memmove(third, fourth, strlen(fourth) + 1);
	write_file(path, text, strlen(text));
	expect_broken("line 3: is not where it was written");
	free(text);
}

/* The paper's attack, on the log: what was once true comes again. */
static void a_replayed_line_shows(void **state)
{
	size_t size;
	char *text = read_file(path, &size);
	char *third = line_at(text, 3), *fourth = line_at(text, 4);
	size_t length = (size_t)(fourth - third);

	(void)state;
	memcpy(text + size, third, length);
	write_file(path, text, size + length);
	expect_wrong(verify(path, NULL), "line 6: is not where it was written");
	text[size + length] = '\0';
	expect_aside(text + size, LINES);
	expect_fine(LINES);
	free(text);
}

static void an_end_cut_off_shows(void **state)
{
	size_t size;
	char *text = read_file(path, &size);

	(void)state;
	write_file(path, text, (size_t)(line_at(text, 5) - text));
	expect_broken("ends with line 4, but 5 were signed");
	/* In the middle of a line, too. */
	write_file(path, text, size - 1);
	expect_broken("ends with line 4, but 5 were signed");
	/* All of it: a watcher goes on, see below. */
	write_file(path, text, 0);
	expect_wrong(verify(path, NULL), "ends with line 0, but 5 were signed");
	free(text);
}

static void a_head_that_is_gone_or_forged_shows(void **state)
{
	uint8_t forger[FATHOM_KEY_SIZE] = {9};
	struct watch_chain *chain;
	struct fathom_error *error;
	size_t size, at;
	char *text;

	(void)state;
	text = read_file(head, &size);
	for (at = 0; at + 60 < size; at += 7) {
		text[at] ^= 1;
		write_file(head, text, size);
		error = verify(path, NULL);
		/* Padding is nothing. */
		assert_true(error || text[at] == ('\n' ^ 1) ||
			    text[at] == (' ' ^ 1));
		fathom_error_destroy(error);
		text[at] ^= 1;
	}
	free(text);
	unlink(head);
	expect_broken("log.head");
	/* Somebody makes the log anew, with a key of his own. */
	unlink(path);
	assert_null(watch_chain_open(path, forger, NULL, NULL, &chain));
	append(chain, 1);
	assert_null(watch_chain_commit(chain));
	watch_chain_close(chain);
	expect_broken("not signed by this watcher's key");
}

/* Anybody can go on with a chain of hashes; not with its head. */
static void lines_that_nobody_signed_show(void **state)
{
	size_t old_size, size;
	char *old_head = read_file(head, &old_size), *text;
	struct watch_chain *chain = open_chain();

	(void)state;
	append(chain, 6);
	assert_null(watch_chain_commit(chain));
	watch_chain_close(chain);
	text = read_file(path, &size);
	write_file(head, old_head, old_size);
	expect_wrong(verify(path, NULL), "line 6: is not signed");
	/* That is how a watcher leaves it that is killed between the two, too;
	 * nobody was told that the line was there. */
	expect_aside(line_at(text, 6), LINES);
	expect_fine(LINES);
	free(old_head);
	free(text);
}

/* Anything at all, and more than a line may have. */
static void what_lies_behind_the_head_is_kept_aside(void **state)
{
	size_t size;
	char *text = read_file(path, &size), *more;

	(void)state;
	assert_true(asprintf(&more, "%s\x01\n%40000s", text, "x") > 0);
	write_file(path, more, strlen(more));
	expect_aside(more + size, LINES);
	expect_fine(LINES);
	free(more);
	free(text);
}

/* Somebody makes the log anew, and has the watcher sign it. */
static void a_head_that_is_empty_shows(void **state)
{
	(void)state;
	write_file(head, "", 0);
	expect_broken("log.head");
	/* One that is killed before it has signed anything leaves that. */
	write_file(path, "", 0);
	watch_chain_close(open_chain());
	expect_fine(0);
}

static void a_torn_end_is_cut_off(void **state)
{
	static const char torn[] = "{\"n\":6,\"fathom\":{\"chain\":{\"li";
	struct watch_chain *chain;
	size_t size;
	char *text = read_file(path, &size);

	(void)state;
	memcpy(text + size, torn, sizeof(torn) - 1);
	write_file(path, text, size + sizeof(torn) - 1);
	expect_fine(LINES);
	chain = open_chain();
	append(chain, 6);
	assert_null(watch_chain_commit(chain));
	watch_chain_close(chain);
	expect_fine(LINES + 1);
	free(text);
}

static void append_notice(struct watch_chain *chain, unsigned int number)
{
	json_t *event = json_pack("{s:i, s:{}}", "notice", number, "fathom");

	assert_null(watch_chain_append_notice(chain, event));
	json_decref(event);
}

/* As a disk that is full. */
static void expect_no_room(struct watch_chain *chain)
{
	struct rlimit limit, full;
	struct fathom_error *error;
	void (*before)(int) = signal(SIGXFSZ, SIG_IGN);

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	full = limit;
	full.rlim_cur = 1;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &full), 0);
	error = watch_chain_commit(chain);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	signal(SIGXFSZ, before);
	assert_non_null(error);
	fathom_error_destroy(error);
	expect_fine(LINES);
}

/* Findings come again; what the watcher says itself does not. */
static void notices_outlast_a_full_disk(void **state)
{
	struct watch_chain *chain = open_chain();
	size_t size;
	char *text;

	(void)state;
	append_notice(chain, 1);
	append(chain, 6);
	expect_no_room(chain);
	append_notice(chain, 2);
	expect_no_room(chain);
	assert_null(watch_chain_commit(chain));
	expect_fine(LINES + 2);
	text = read_file(path, &size);
	assert_non_null(strstr(line_at(text, 6), "\"notice\":1"));
	assert_non_null(strstr(line_at(text, 7), "\"notice\":2"));
	free(text);
	/* Once. */
	append(chain, 8);
	assert_null(watch_chain_commit(chain));
	expect_fine(LINES + 3);
	assert_int_equal(watch_chain_take_lost(chain), 0);
	watch_chain_close(chain);
}

static void kept_notices_are_bounded(void **state)
{
	struct watch_chain *chain = open_chain();
	unsigned int i;

	(void)state;
	for (i = 0; i < WATCH_CHAIN_NOTICES + 3; i++)
		append_notice(chain, i);
	expect_no_room(chain);
	assert_null(watch_chain_commit(chain));
	expect_fine(LINES + WATCH_CHAIN_NOTICES);
	assert_int_equal(watch_chain_take_lost(chain), 3);
	assert_int_equal(watch_chain_take_lost(chain), 0);
	watch_chain_close(chain);
}

/* As logrotate does it; then more lines, up to @last. */
static void rotate(struct watch_chain *chain, const char *to, unsigned int from,
		   unsigned int last)
{
	struct fathom_error *error;
	bool moved;

	assert_int_equal(rename(path, to), 0);
	error = watch_chain_move_on(chain, &moved);
	if (error)
		fail_msg("%s", error->message);
	assert_true(moved);
	for (; from <= last; from++)
		append(chain, from);
	assert_null(watch_chain_commit(chain));
}

/* Three files: lines 1 to 5, 6 to 8, 9 to 10. */
static void make_files(void)
{
	struct watch_chain *chain = open_chain();

	rotate(chain, oldest, 6, 8);
	rotate(chain, older, 9, 10);
	watch_chain_close(chain);
}

static void expect_extent(uint64_t before, uint64_t lines,
			  struct fathom_error *error)
{
	if (error)
		fail_msg("%s", error->message);
	assert_int_equal(extent.before, before);
	assert_int_equal(extent.lines, lines);
}

static void a_log_goes_on_from_file_to_file(void **state)
{
	struct watch_chain *chain;
	const char *all[] = {oldest, older, path};
	bool moved;

	(void)state;
	make_files();
	expect_extent(0, 5, verify(oldest, NULL));
	expect_extent(5, 3, verify(older, NULL));
	expect_extent(8, 2, verify(path, NULL));
	expect_extent(0, 8, verify(oldest, older));
	expect_extent(5, 5, verify(older, path));
	expect_extent(0, 10, watch_chain_verify(all, 3, public_key, &extent));
	chain = open_chain();
	assert_int_equal(recalled, 2);
	append(chain, 11);
	assert_null(watch_chain_commit(chain));
	/* Nobody has moved it. */
	assert_null(watch_chain_move_on(chain, &moved));
	assert_false(moved);
	append(chain, 12);
	assert_null(watch_chain_commit(chain));
	watch_chain_close(chain);
	expect_extent(0, 12, watch_chain_verify(all, 3, public_key, &extent));
}

static void a_new_file_keeps_its_name(void **state)
{
	struct watch_chain *chain;

	(void)state;
	unlink_all();
	folders_synced = 0;
	chain = open_chain();
	assert_int_equal(folders_synced, 1);
	append(chain, 1);
	assert_null(watch_chain_commit(chain));
	rotate(chain, older, 2, 2);
	assert_int_equal(folders_synced, 2);
	watch_chain_close(chain);
}

static void a_missing_file_shows(void **state)
{
	(void)state;
	make_files();
	expect_wrong(verify(oldest, path), "begins with line 9, but");
	expect_wrong(verify(oldest, path), "is missing");
	expect_wrong(verify(path, oldest), "begins with line 1, but");
	expect_wrong(verify(older, older), "begins with line 6, but");
}

/* Each file by itself: its end guards its last line, too. */
static void each_changed_byte_of_an_ended_file_shows(void **state)
{
	size_t size, at;
	char *text;

	(void)state;
	make_files();
	text = read_file(older, &size);
	for (at = 0; at < size; at++) {
		struct fathom_error *error;

		text[at] ^= 1;
		write_file(older, text, size);
		error = verify(older, NULL);
		if (!error)
			fail_msg("byte %zu: %s", at, text);
		fathom_error_destroy(error);
		text[at] ^= 1;
	}
	/* Without its end: only its successor can tell. */
	*strstr(text, "{\"end\"") = '\0';
	write_file(older, text, strlen(text));
	expect_wrong(verify(older, NULL), "has no signed end");
	expect_extent(5, 5, verify(older, path));
	*line_at(text, 3) = '\0';
	write_file(older, text, strlen(text));
	expect_wrong(verify(older, NULL), "has no signed end");
	expect_wrong(verify(older, path), "begins with line 9, but");
	/* Its first line taken away. */
	memmove(text, line_at(text, 2), strlen(line_at(text, 2)) + 1);
	write_file(older, text, strlen(text));
	expect_wrong(verify(older, path), "is not where it was written");
	free(text);
}

/* A head that was seen once is no end. */
static void a_head_is_not_taken_for_an_end(void **state)
{
	size_t size, head_size;
	char *text, *old_head = read_file(head, &head_size), *line;

	(void)state;
	text = read_file(path, &size);
	old_head[strcspn(old_head, "\n")] = '\0';
	assert_true(asprintf(&line, "%s{\"end\":%s}\n", text, old_head) > 0);
	write_file(path, line, strlen(line));
	expect_broken("its end: not signed by this watcher's key");
	free(line);
	free(text);
	free(old_head);
}

static void nothing_stands_behind_an_end(void **state)
{
	size_t size, more_size;
	char *text, *more;

	(void)state;
	make_files();
	text = read_file(oldest, &size);
	more = read_file(older, &more_size);
	memcpy(text + size, more, more_size);
	write_file(oldest, text, size + more_size);
	expect_wrong(verify(oldest, NULL), "stands behind the end");
	write_file(oldest, text, size + 3);
	expect_wrong(verify(oldest, NULL), "stands behind the end");
	free(text);
	free(more);
}

/* No watcher was there when it was moved away. */
static void a_log_that_was_moved_meanwhile_is_gone_on_with(void **state)
{
	struct watch_chain *chain;

	(void)state;
	assert_int_equal(rename(path, oldest), 0);
	chain = open_chain();
	assert_int_equal(watch_chain_missing(chain), 5);
	append(chain, 6);
	assert_null(watch_chain_commit(chain));
	watch_chain_close(chain);
	expect_extent(5, 1, verify(path, NULL));
	expect_extent(0, 6, verify(oldest, path));
	expect_wrong(verify(oldest, NULL), "has no signed end");
	chain = open_chain();
	assert_int_equal(watch_chain_missing(chain), 0);
	watch_chain_close(chain);
}

/* Killed at each step of going on: the next watcher does so. */
static void an_interrupted_rotation_is_finished(void **state)
{
	size_t head_size, size;
	char *old_head = read_file(head, &head_size), *text;
	struct watch_chain *chain = open_chain();
	bool moved;

	(void)state;
	assert_int_equal(rename(path, oldest), 0);
	assert_null(watch_chain_move_on(chain, &moved));
	watch_chain_close(chain);
	expect_extent(0, 5, verify(oldest, NULL));
	chain = open_chain();
	append(chain, 6);
	assert_null(watch_chain_commit(chain));
	watch_chain_close(chain);
	/* The first line is written, and the head is not, or the line is torn.
	 */
	write_file(head, old_head, head_size);
	text = read_file(path, &size);
	expect_aside(text, 0);
	expect_extent(0, 5, verify(oldest, path));
	write_file(path, text, size / 2);
	chain = open_chain();
	append(chain, 6);
	assert_null(watch_chain_commit(chain));
	watch_chain_close(chain);
	expect_extent(0, 6, verify(oldest, path));
	free(text);
	free(old_head);
}

static void a_log_that_cannot_go_on_stays_where_it_is(void **state)
{
	struct watch_chain *chain = open_chain();
	struct fathom_error *error;
	bool moved;

	(void)state;
	assert_int_equal(rename(path, oldest), 0);
	write_file(path, "x\n", 2);
	error = watch_chain_move_on(chain, &moved);
	assert_false(moved);
	expect_wrong(error, "not empty");
	append(chain, 6);
	assert_null(watch_chain_commit(chain));
	/* At the next occasion. */
	unlink(path);
	assert_null(watch_chain_move_on(chain, &moved));
	assert_true(moved);
	append(chain, 7);
	assert_null(watch_chain_commit(chain));
	watch_chain_close(chain);
	expect_extent(0, 6, verify(oldest, NULL));
	expect_extent(0, 7, verify(oldest, path));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup(name, set_up)
		TEST(a_log_is_gone_on_with),
		TEST(one_log_has_one_watcher),
		TEST(what_is_not_committed_is_not_there),
		TEST(each_changed_byte_shows),
		TEST(the_changed_line_is_named),
		TEST(a_line_taken_out_shows),
		TEST(a_replayed_line_shows),
		TEST(an_end_cut_off_shows),
		TEST(a_head_that_is_gone_or_forged_shows),
		TEST(lines_that_nobody_signed_show),
		TEST(what_lies_behind_the_head_is_kept_aside),
		TEST(a_head_that_is_empty_shows),
		TEST(a_torn_end_is_cut_off),
		TEST(notices_outlast_a_full_disk),
		TEST(kept_notices_are_bounded),
		TEST(a_log_goes_on_from_file_to_file),
		TEST(a_new_file_keeps_its_name),
		TEST(a_missing_file_shows),
		TEST(each_changed_byte_of_an_ended_file_shows),
		TEST(a_head_is_not_taken_for_an_end),
		TEST(nothing_stands_behind_an_end),
		TEST(a_log_that_was_moved_meanwhile_is_gone_on_with),
		TEST(an_interrupted_rotation_is_finished),
		TEST(a_log_that_cannot_go_on_stays_where_it_is),
	};

	return cmocka_run_group_tests(tests, set_up_folder, tear_down_folder);
}
