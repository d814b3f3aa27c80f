/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The symbol cache: an accelerator that may be missing, stale, damaged or
 * planted, and must never make a difference but in time.
 */
#include "symbols_test.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client.h"
#include "symbols/cache.h"
#include "symbols/symbols.h"
#include "symbols_target.h"

struct fixture {
	char directory[64];
	char file[256];
	struct target *target;
};

static int set_up(void **state)
{
	const struct target_options options = {.slide = 0x2000000};
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	assert_non_null(fixture);
	strcpy(fixture->directory, "/tmp/fathom-cache-XXXXXX");
	assert_non_null(mkdtemp(fixture->directory));
	snprintf(fixture->file, sizeof(fixture->file), "%s/fathom/symbols/%s",
		 fixture->directory, TARGET_BUILD_ID);
	setenv("XDG_CACHE_HOME", fixture->directory, 1);
	fixture->target = target_create(&options);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;
	char path[128];

	unlink(fixture->file);
	snprintf(path, sizeof(path), "%s/fathom/symbols", fixture->directory);
	rmdir(path);
	snprintf(path, sizeof(path), "%s/fathom", fixture->directory);
	rmdir(path);
	/* Fails if anything else was left behind. */
	assert_int_equal(rmdir(fixture->directory), 0);
	target_destroy(fixture->target);
	free(fixture);
	return 0;
}

/* Calls of the agent that the last start took. */
static uint64_t calls;

static void expect(struct target *target, bool no_cache, const char *source)
{
	const struct fathom_symbols_options options = {.no_cache = no_cache};
	struct fathom_client *client = target_connect(target);
	const struct fathom_symbols_info *info;
	struct fathom_symbols *symbols;
	struct fathom_client_statistics statistics;
	struct fathom_symbol_info found;

	assert_ok(fathom_symbols_load(client, &options, &symbols));
	fathom_client_statistics(client, &statistics);
	calls = statistics.calls;
	info = fathom_symbols_info(symbols);
	assert_string_equal(info->source, source);
	assert_int_equal(info->kernel_base, target->base);
	assert_int_equal(info->kaslr_offset, target->options.slide);
	assert_int_equal(info->count, target->symbol_count);
	assert_string_equal(info->build_id, TARGET_BUILD_ID);
	assert_true(fathom_symbols_find(symbols, "sys_filler_99", &found));
	assert_int_equal(found.address, target->base + 0x2000 + 64 * 99);
	assert_true(fathom_symbols_find(symbols, "current_task", &found));
	assert_int_equal(found.address, 0x40);
	fathom_symbols_destroy(symbols);
	fathom_client_destroy(client);
}

static void test_second_start(void **state)
{
	struct fixture *fixture = *state;
	struct stat status;

	expect(fixture->target, false, "kallsyms");
	assert_int_equal(stat(fixture->file, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	expect(fixture->target, false, "cache");
	/* Nothing is searched for, and no page is read twice. */
	assert_in_range(calls, 1, 10);
}

static void test_no_cache(void **state)
{
	struct fixture *fixture = *state;

	expect(fixture->target, true, "kallsyms");
	assert_int_equal(access(fixture->file, F_OK), -1);
	expect(fixture->target, false, "kallsyms");
	expect(fixture->target, true, "kallsyms");
}

/* One file for all boots of a kernel. */
static void test_other_kaslr_offset(void **state)
{
	const struct target_options options = {.slide = 0x3a000000,
					       .la57 = true};
	struct target *other = target_create(&options);
	struct fixture *fixture = *state;

	expect(fixture->target, false, "kallsyms");
	expect(other, false, "cache");
	target_destroy(other);
}

static size_t file_size(const char *path)
{
	struct stat status;

	assert_int_equal(stat(path, &status), 0);
	return status.st_size;
}

static void flip_byte(const char *path, size_t at)
{
	int fd = open(path, O_RDWR);
	uint8_t byte;

	assert_int_equal(pread(fd, &byte, 1, at), 1);
	byte ^= 0x40;
	assert_int_equal(pwrite(fd, &byte, 1, at), 1);
	close(fd);
}

/* A flipped bit anywhere: ignored, and the file made anew. */
static void test_damage(void **state)
{
	struct fixture *fixture = *state;
	struct fathom_cache cache;
	size_t size;

	expect(fixture->target, false, "kallsyms");
	size = file_size(fixture->file);
	for (size_t at = 0; at < size; at += at < 1024 ? 13 : 997) {
		flip_byte(fixture->file, at);
		assert_error(fathom_cache_open(TARGET_BUILD_ID, &cache),
			     FATHOM_ERROR_FORMAT, "is damaged");
		flip_byte(fixture->file, at);
	}
	flip_byte(fixture->file, size / 2);
	expect(fixture->target, false, "kallsyms");
	expect(fixture->target, false, "cache");
}

static void test_truncation(void **state)
{
	struct fixture *fixture = *state;
	struct fathom_cache cache;
	size_t size;

	expect(fixture->target, false, "kallsyms");
	size = file_size(fixture->file);
	for (size_t left = 0; left < size; left += left < 1024 ? 8 : 1001) {
		assert_int_equal(truncate(fixture->file, left), 0);
		assert_error(fathom_cache_open(TARGET_BUILD_ID, &cache),
			     FATHOM_ERROR_FORMAT, fixture->file);
		unlink(fixture->file);
		expect(fixture->target, false, "kallsyms");
	}
}

/* Written by someone else, or somewhere else. */
static void test_foreign_files(void **state)
{
	struct fixture *fixture = *state;
	struct fathom_cache cache;
	char other[300];

	expect(fixture->target, false, "kallsyms");
	chmod(fixture->file, 0666);
	assert_error(fathom_cache_open(TARGET_BUILD_ID, &cache),
		     FATHOM_ERROR_FORMAT, "only this user can write");
	expect(fixture->target, false, "kallsyms");
	snprintf(other, sizeof(other), "%s.real", fixture->file);
	assert_int_equal(rename(fixture->file, other), 0);
	assert_int_equal(symlink(other, fixture->file), 0);
	assert_error(fathom_cache_open(TARGET_BUILD_ID, &cache),
		     FATHOM_ERROR_OS, fixture->file);
	/* Replaced by a file, not written through. */
	unlink(other);
	expect(fixture->target, false, "kallsyms");
	expect(fixture->target, false, "cache");
	assert_int_equal(access(other, F_OK), -1);
}

static void test_bad_build_ids(void **state)
{
	static const char *const ids[] = {
		"",
		"..",
		"../../../../etc/passwd",
		"ABCDEF0123456789",
		"abc",
		"00112233445566778899aabbccddeeff0011223344",
	};
	struct fathom_cache cache;

	(void)state;
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		assert_error(fathom_cache_open(ids[i], &cache),
			     FATHOM_ERROR_FORMAT, "no build ID");
}

/*
 * A file that is whole but lies: each of the facts is compared with the
 * target. The table in it is this kernel's with one symbol moved.
 */
static void plant(struct fixture *fixture, struct fathom_cache_facts *facts)
{
	struct fathom_cache cache;
	struct fathom_table *table;
	uint64_t size;

	unlink(fixture->file);
	expect(fixture->target, false, "kallsyms");
	assert_ok(fathom_cache_open(TARGET_BUILD_ID, &cache));
	size = cache.table->size;
	table = malloc(size);
	memcpy(table, cache.table, size);
	*facts = *cache.facts;
	fathom_cache_close(&cache);
	((struct fathom_table_entry *)fathom_table_find(table, "sys_filler_99"))
		->value++;
	assert_ok(fathom_cache_store(facts, table));
	free(table);
}

static void replant(const struct fathom_cache_facts *facts)
{
	struct fathom_cache cache;

	assert_ok(fathom_cache_open(TARGET_BUILD_ID, &cache));
	assert_ok(fathom_cache_store(facts, cache.table));
	fathom_cache_close(&cache);
}

static void test_lying_facts(void **state)
{
	struct fixture *fixture = *state;
	struct fathom_cache_facts facts;

	plant(fixture, &facts);
	facts.banner[20] ^= 1;
	replant(&facts);
	expect(fixture->target, false, "kallsyms");

	plant(fixture, &facts);
	facts.count++;
	replant(&facts);
	expect(fixture->target, false, "kallsyms");

	plant(fixture, &facts);
	facts.count_address = UINT64_MAX - 1;
	replant(&facts);
	expect(fixture->target, false, "kallsyms");

	plant(fixture, &facts);
	facts.note += 4;
	replant(&facts);
	expect(fixture->target, false, "kallsyms");
}

/* Another kernel that claims the same build ID. */
static void test_other_kernel(void **state)
{
	struct fixture *fixture = *state;

	expect(fixture->target, false, "kallsyms");
	memcpy(strstr((char *)target_image(fixture->target, TARGET_BANNER),
		      "#1"),
	       "#2", 2);
	expect(fixture->target, false, "kallsyms");
	expect(fixture->target, false, "cache");
}

/* A directory that cannot be written is no reason not to work. */
static void test_no_directory(void **state)
{
	struct fixture *fixture = *state;

	setenv("XDG_CACHE_HOME", "/dev/null", 1);
	expect(fixture->target, false, "kallsyms");
	unsetenv("XDG_CACHE_HOME");
	setenv("HOME", fixture->directory, 1);
	expect(fixture->target, false, "kallsyms");
	snprintf(fixture->file, sizeof(fixture->file),
		 "%s/.cache/fathom/symbols/%s", fixture->directory,
		 TARGET_BUILD_ID);
	expect(fixture->target, false, "cache");
	unlink(fixture->file);
	for (int i = 0; i < 3; i++) {
		*strrchr(fixture->file, '/') = '\0';
		assert_int_equal(rmdir(fixture->file), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(test_second_start),       TEST(test_no_cache),
		TEST(test_other_kaslr_offset), TEST(test_damage),
		TEST(test_truncation),	       TEST(test_foreign_files),
		TEST(test_bad_build_ids),      TEST(test_lying_facts),
		TEST(test_other_kernel),       TEST(test_no_directory),
#undef TEST
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
