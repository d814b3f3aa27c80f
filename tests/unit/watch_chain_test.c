/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The watcher's log: what is in it stays, and each change of it shows. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "chain.h"
#include "report_tls.h"

#define LINES 5

static const uint8_t key[FATHOM_KEY_SIZE] = {1, 2, 3};
static uint8_t public_key[FATHOM_KEY_SIZE];
static char folder[] = "/tmp/fathom-chain-XXXXXX";
static char path[64], head[64];
static unsigned int recalled;

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

static int set_up(void **state)
{
	struct watch_chain *chain;
	unsigned int i;

	(void)state;
	unlink(path);
	unlink(head);
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
	return !!report_tls_public_key(key, public_key);
}

static int tear_down_folder(void **state)
{
	(void)state;
	unlink(path);
	unlink(head);
	return rmdir(folder);
}

static void expect_fine(uint64_t count)
{
	struct fathom_error *error;
	uint64_t lines;

	error = watch_chain_verify(path, public_key, &lines);
	if (error)
		fail_msg("%s", error->message);
	assert_int_equal(lines, count);
}

/* Neither the verifier nor a watcher that goes on with it may overlook it. */
static void expect_broken(const char *what)
{
	struct watch_chain *chain;
	struct fathom_error *error;
	uint64_t lines;

	error = watch_chain_verify(path, public_key, &lines);
	assert_non_null(error);
	if (!strstr(error->message, what))
		fail_msg("%s", error->message);
	fathom_error_destroy(error);
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
	expect_broken("line 6: is not where it was written");
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
	write_file(path, text, 0);
	expect_broken("ends with line 0, but 5 were signed");
	free(text);
}

static void a_head_that_is_gone_or_forged_shows(void **state)
{
	uint8_t forger[FATHOM_KEY_SIZE] = {9};
	struct watch_chain *chain;
	struct fathom_error *error;
	size_t size, at;
	uint64_t lines;
	char *text;

	(void)state;
	text = read_file(head, &size);
	for (at = 0; at + 60 < size; at += 7) {
		text[at] ^= 1;
		write_file(head, text, size);
		error = watch_chain_verify(path, public_key, &lines);
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
	{
		struct fathom_error *error;
		uint64_t lines;

		error = watch_chain_verify(path, public_key, &lines);
		assert_non_null(error);
		assert_non_null(
			strstr(error->message, "line 6: is not signed"));
		fathom_error_destroy(error);
	}
	/* That is how a watcher leaves it that is killed between the two. */
	chain = open_chain();
	watch_chain_close(chain);
	expect_fine(LINES + 1);
	free(old_head);
	free(text);
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
		TEST(a_torn_end_is_cut_off),
	};

	return cmocka_run_group_tests(tests, set_up_folder, tear_down_folder);
}
