/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Keys in files: one spelling each, private ones private. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent_client.h"
#include "key_file.h"

#include <cmocka.h>

static char directory[] = "/tmp/fathom-key-test-XXXXXX";
static char path[sizeof(directory) + 16];

static int setup(void **state)
{
	(void)state;
	strcpy(directory + sizeof(directory) - 7, "XXXXXX");
	assert_non_null(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/key", directory);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(directory);
}

static void put(const char *text, size_t size, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, size), size);
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

/* 32 times 0x5a. */
#define GOOD "WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlo="

static void there_and_back(void **state)
{
	uint8_t key[FATHOM_KEY_SIZE];
	uint8_t read_back[FATHOM_KEY_SIZE];
	struct stat status;
	int i;

	(void)state;
	for (i = 0; i < 256; i++) {
		memset(key, i, sizeof(key));
		key[i % FATHOM_KEY_SIZE] ^= 0x81;
		client_no_error(fathom_key_file_write(path, i & 1, key));
		assert_int_equal(stat(path, &status), 0);
		assert_int_equal(status.st_mode & 0777 & ~0600,
				 i & 1 ? 0 : status.st_mode & 0044);
		assert_int_equal(status.st_size, FATHOM_KEY_TEXT_LENGTH + 1);
		client_no_error(fathom_key_file_read(path, i & 1, read_back));
		assert_memory_equal(key, read_back, sizeof(key));
		unlink(path);
	}
}

static void never_overwritten(void **state)
{
	const uint8_t key[FATHOM_KEY_SIZE] = {1};

	(void)state;
	put("precious", 8, 0600);
	client_error_says(fathom_key_file_write(path, true, key),
			  "is there already");
	client_error_says(fathom_key_file_read(path, true, (uint8_t[32]){0}),
			  "not a key");
}

static void is_a_key(const char *text, size_t size, bool good)
{
	uint8_t key[FATHOM_KEY_SIZE] = {0};
	struct fathom_error *error;

	put(text, size, 0600);
	error = fathom_key_file_read(path, true, key);
	if (good) {
		client_no_error(error);
		assert_int_equal(key[0], 0x5a);
		assert_int_equal(key[31], 0x5a);
		return;
	}
	client_error_says(error, "not a key");
	assert_int_equal(key[0], 0);
}

static void spellings(void **state)
{
	(void)state;
	is_a_key(GOOD, 44, true);
	is_a_key(GOOD "\n", 45, true);
	is_a_key("", 0, false);
	is_a_key("\n", 1, false);
	is_a_key(GOOD, 43, false);
	is_a_key(GOOD "\n\n", 46, false);
	is_a_key(GOOD "x", 45, false);
	is_a_key(GOOD "\n" GOOD, 89, false);
	is_a_key(" " GOOD, 45, false);
	/* Stray bits in the last character; padding where none belongs. */
	is_a_key("WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlp=", 44, false);
	is_a_key("WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWl==", 44, false);
	is_a_key("WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpa", 44, false);
	is_a_key("WlpaWlpaWlpaWlpa=lpaWlpaWlpaWlpaWlpaWlpaWlo=", 44, false);
	is_a_key("WlpaWlpaWlpaWlpa-lpaWlpaWlpaWlpaWlpaWlpaWlo=", 44, false);
	is_a_key("WlpaWlpaWlpaWlpa\0lpaWlpaWlpaWlpaWlpaWlpaWlo=", 44, false);
}

static void permissions(void **state)
{
	const mode_t modes[] = {0640, 0604, 0620, 0602, 0610, 0601, 0666};
	uint8_t key[FATHOM_KEY_SIZE];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		put(GOOD, 44, modes[i]);
		client_error_says(fathom_key_file_read(path, true, key),
				  "that others may use");
		client_no_error(fathom_key_file_read(path, false, key));
	}
}

static void no_file(void **state)
{
	uint8_t key[FATHOM_KEY_SIZE];

	(void)state;
	client_error_says(fathom_key_file_read(path, true, key),
			  "fathom key generate");
	assert_int_equal(mkfifo(path, 0600), 0);
	client_error_says(fathom_key_file_read(path, true, key), "not a key");
	unlink(path);
	client_error_says(fathom_key_file_read(directory, true, key),
			  directory);
}

static void standard(const char *config, const char *home, const char *wanted)
{
	struct fathom_error *error;
	char *found = NULL;

	unsetenv("XDG_CONFIG_HOME");
	unsetenv("HOME");
	if (config)
		setenv("XDG_CONFIG_HOME", config, 1);
	if (home)
		setenv("HOME", home, 1);
	error = fathom_key_file_default("k", &found);
	if (wanted) {
		client_no_error(error);
		assert_string_equal(found, wanted);
		free(found);
	} else {
		client_error_says(error, "neither XDG_CONFIG_HOME nor HOME");
	}
}

static void default_places(void **state)
{
	(void)state;
	standard("/c", "/h", "/c/fathom/k");
	standard(NULL, "/h", "/h/.config/fathom/k");
	standard("relative", "/h", "/h/.config/fathom/k");
	standard(NULL, NULL, NULL);
	standard("", "", NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(there_and_back, setup,
						teardown),
		cmocka_unit_test_setup_teardown(never_overwritten, setup,
						teardown),
		cmocka_unit_test_setup_teardown(spellings, setup, teardown),
		cmocka_unit_test_setup_teardown(permissions, setup, teardown),
		cmocka_unit_test_setup_teardown(no_file, setup, teardown),
		cmocka_unit_test(default_places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
