/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* libc's string and memory functions on the target's memory. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake_memory.h"
#include "libc_prototypes.h"

#define PAGE 4096

static int set_up(void **state)
{
	(void)state;
	fake_memory_reset();
	return 0;
}

/* "hello world" over the edge of pages 0 and 1. */
static char *straddling(void)
{
	fake_memory_put(PAGE - 5, "hello world", 12);
	return fake_address(PAGE - 5);
}

static void lengths(void **state)
{
	char *s = straddling();

	(void)state;
	assert_int_equal(__fathom_strlen(NULL, s), 11);
	assert_int_equal(__fathom_strnlen(NULL, s, 7), 7);
	assert_int_equal(__fathom_strnlen(NULL, s, 100), 11);
	assert_int_equal(__fathom_strlen(NULL, "local"), 5);
	assert_int_equal(__fathom_strnlen(NULL, NULL, 0), 0);
	assert_fault(__fathom_strlen(NULL, NULL));
}

static void bounded_reads_stay_in_bounds(void **state)
{
	char *s;

	(void)state;
	/* No zero in page 0, nothing after it. */
	memset(fake_memory_map(0), 'a', PAGE);
	s = fake_address(PAGE - 4);
	assert_int_equal(__fathom_strnlen(NULL, s, 4), 4);
	assert_int_equal(__fathom_strncmp(NULL, s, "aaaab", 4), 0);
	assert_true(__fathom_strcmp(NULL, s, "ab") < 0);
	assert_null(__fathom_memchr(NULL, s, 'b', 4));
	assert_ptr_equal(__fathom_memchr(NULL, s, 'a', 1000), s);
	assert_ptr_equal(__fathom_strchr(NULL, s, 'a'), s);
	assert_fault(__fathom_strlen(NULL, s));
	assert_fault(__fathom_strcmp(NULL, s, "aaaaa"));
	assert_fault(__fathom_memchr(NULL, s, 'b', 5));
	assert_false(fake_memory_touched(2));
}

static void a_string_without_end_is_a_fault(void **state)
{
	(void)state;
	for (size_t i = 0; i < FAKE_PAGES; i++)
		memset(fake_memory_map(i), 'a', PAGE);
	assert_fault(__fathom_strlen(NULL, fake_address(0)));
	assert_fault(__fathom_strchr(NULL, fake_address(0), 'b'));
}

static void comparisons(void **state)
{
	char *s = straddling();

	(void)state;
	assert_int_equal(__fathom_strcmp(NULL, s, "hello world"), 0);
	assert_int_equal(__fathom_strcmp(NULL, "hello world", s), 0);
	assert_int_equal(__fathom_strcmp(NULL, s, s), 0);
	assert_true(__fathom_strcmp(NULL, s, "hello") > 0);
	assert_true(__fathom_strcmp(NULL, "hello", s) < 0);
	assert_int_equal(__fathom_strncmp(NULL, s, "hello there", 6), 0);
	assert_true(__fathom_strncmp(NULL, s, "hello there", 7) > 0);
	assert_int_equal(__fathom_strcasecmp(NULL, s, "HELLO World"), 0);
	assert_int_equal(__fathom_strncasecmp(NULL, s, "HELLish", 4), 0);
	assert_int_equal(__fathom_memcmp(NULL, s, "hello world", 12), 0);
	assert_int_equal(__fathom_bcmp(NULL, "hello world", s, 12), 0);
	assert_true(__fathom_memcmp(NULL, s, "hello xorld", 12) < 0);
	assert_int_equal(__fathom_memcmp(NULL, NULL, s, 0), 0);
	/* Bytes count as unsigned. */
	fake_memory_put(PAGE * 2, "\x80", 2);
	assert_true(__fathom_strcmp(NULL, fake_address(PAGE * 2), "a") > 0);
}

static void searches_return_addresses_of_the_target(void **state)
{
	char *s = straddling();

	(void)state;
	assert_ptr_equal(__fathom_strchr(NULL, s, 'w'), s + 6);
	assert_ptr_equal(__fathom_strchr(NULL, s, 0), s + 11);
	assert_null(__fathom_strchr(NULL, s, 'z'));
	assert_ptr_equal(__fathom_strchrnul(NULL, s, 'z'), s + 11);
	assert_ptr_equal(__fathom_strrchr(NULL, s, 'o'), s + 7);
	assert_ptr_equal(__fathom_strstr(NULL, s, "o w"), s + 4);
	assert_null(__fathom_strstr(NULL, s, "owl"));
	assert_ptr_equal(__fathom_strcasestr(NULL, s, "WOR"), s + 6);
	assert_ptr_equal(__fathom_strpbrk(NULL, s, "xyzw"), s + 6);
	assert_int_equal(__fathom_strspn(NULL, s, "ehl"), 4);
	assert_int_equal(__fathom_strcspn(NULL, s, " "), 5);
	assert_ptr_equal(__fathom_memchr(NULL, s, 'w', 12), s + 6);
	assert_ptr_equal(__fathom_memrchr(NULL, s, 'o', 12), s + 7);
	assert_ptr_equal(__fathom_memmem(NULL, s, 12, "wor", 3), s + 6);
	assert_null(__fathom_memmem(NULL, s, 2, "wor", 3));
	/* The needle may be the target's, too. */
	assert_string_equal(__fathom_strstr(NULL, "say hello world!", s),
			    "hello world!");
}

static void copies_go_to_local_memory_only(void **state)
{
	char *s = straddling(), buffer[32];

	(void)state;
	assert_ptr_equal(__fathom_strcpy(NULL, buffer, s), buffer);
	assert_string_equal(buffer, "hello world");
	assert_ptr_equal(__fathom_stpcpy(NULL, buffer, s + 6), buffer + 5);
	assert_string_equal(buffer, "world");
	assert_ptr_equal(__fathom_strcat(NULL, buffer, s + 5), buffer);
	assert_string_equal(buffer, "world world");
	__fathom_strncat(NULL, buffer, s, 2);
	assert_string_equal(buffer, "world worldhe");
	assert_fault(__fathom_strcpy(NULL, s, "x"));
	assert_fault(__fathom_strcat(NULL, s, "x"));
	assert_fault(__fathom_memset(NULL, s, 0, 1));
	assert_fault(__fathom_memcpy(NULL, s, "x", 1));
	assert_fault(__fathom_memmove(NULL, s, s, 1));
	assert_ptr_equal(__fathom_memset(NULL, s, 0, 0), s);
}

static void bounded_copies(void **state)
{
	char *s = straddling(), buffer[8];

	(void)state;
	memset(buffer, 'x', sizeof(buffer));
	__fathom_strncpy(NULL, buffer, s + 9, 5);
	assert_memory_equal(buffer, "ld\0\0\0xxx", 8);
	assert_ptr_equal(__fathom_stpncpy(NULL, buffer, s, 4), buffer + 4);
	assert_memory_equal(buffer, "hell\0xxx", 8);
	assert_int_equal(__fathom_strlcpy(NULL, buffer, s, 8), 11);
	assert_string_equal(buffer, "hello w");
	assert_int_equal(__fathom_strscpy(NULL, buffer, s, 6), -E2BIG);
	assert_string_equal(buffer, "hello");
	assert_int_equal(__fathom_strscpy(NULL, buffer, s + 6, 8), 5);
	assert_string_equal(buffer, "world");
	assert_int_equal(__fathom_strscpy(NULL, buffer, s, 0), -E2BIG);
}

static void bytes_of_the_target_are_copied_with_tags(void **state)
{
	char buffer[12];

	(void)state;
	__fathom_memcpy(NULL, buffer, straddling(), 12);
	assert_string_equal(buffer, "hello world");
	assert_int_equal(fake_memory_copies(), 1);
	assert_ptr_equal(__fathom_mempcpy(NULL, buffer, straddling(), 3),
			 buffer + 3);
	__fathom_memmove(NULL, buffer + 1, buffer, 5);
	assert_memory_equal(buffer, "hhello", 6);
	assert_int_equal(fake_memory_copies(), 2);
}

static void duplicates(void **state)
{
	char *copy = __fathom_strdup(NULL, straddling());

	(void)state;
	assert_string_equal(copy, "hello world");
	free(copy);
	copy = __fathom_strndup(NULL, straddling(), 5);
	assert_string_equal(copy, "hello");
	free(copy);
	copy = __fathom_strndup(NULL, NULL, 0);
	assert_string_equal(copy, "");
	free(copy);
}

static void numbers(void **state)
{
	char *s = fake_address(PAGE - 2), *end;

	(void)state;
	fake_memory_put(PAGE - 2, "-123x", 6);
	assert_int_equal(__fathom_atoi(NULL, s), -123);
	assert_int_equal(__fathom_atol(NULL, s), -123);
	assert_int_equal(__fathom_strtol(NULL, s, &end, 10), -123);
	assert_ptr_equal(end, s + 4);
	assert_int_equal(__fathom_strtoull(NULL, s + 1, NULL, 16), 0x123);
	assert_int_equal(__fathom_strtoll(NULL, "077", &end, 0), 077);
	assert_string_equal(end, "");
	assert_fault(__fathom_strtoul(NULL, "1", fake_address(0), 10));
}

/* The target's memory as it is now. */
static const char *now(size_t offset)
{
	return fake_memory_map(0) + offset;
}

static void private_writes_go_to_the_view(void **state)
{
	static const struct fathom_site site = {
		.flags = FATHOM_SITE_PRIVATE_WRITES,
	};
	char *s = straddling(), *to = fake_address(64);

	(void)state;
	assert_ptr_equal(__fathom_strcpy(&site, to, s), to);
	assert_string_equal(now(64), "hello world");
	assert_ptr_equal(__fathom_stpcpy(&site, to, "ab"), to + 2);
	assert_ptr_equal(__fathom_strcat(&site, to, s), to);
	assert_string_equal(now(64), "abhello world");
	__fathom_strncat(&site, to, "12345", 2);
	assert_string_equal(now(64), "abhello world12");
	__fathom_strncpy(&site, to, "xy", 4);
	assert_memory_equal(now(64), "xy\0\0llo", 7);
	assert_int_equal(__fathom_strlcpy(&site, to, s, 4), 11);
	assert_string_equal(now(64), "hel");
	assert_int_equal(__fathom_strscpy(&site, to, "1234", 3), -E2BIG);
	assert_string_equal(now(64), "12");
	assert_ptr_equal(__fathom_memset(&site, to, 'z', 3), to);
	assert_memory_equal(now(64), "zzz", 4);
	assert_ptr_equal(__fathom_memcpy(&site, to, "pq", 3), to);
	assert_string_equal(now(64), "pq");
	assert_int_equal(__fathom_strtol(&site, "5", (char **)(to + 64), 10),
			 5);
	assert_fault(__fathom_memset(&site, fake_address(7ul * PAGE), 0, 1));
	assert_fault(__fathom_memset(NULL, to, 0, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(lengths, set_up),
		cmocka_unit_test_setup(bounded_reads_stay_in_bounds, set_up),
		cmocka_unit_test_setup(a_string_without_end_is_a_fault, set_up),
		cmocka_unit_test_setup(comparisons, set_up),
		cmocka_unit_test_setup(searches_return_addresses_of_the_target,
				       set_up),
		cmocka_unit_test_setup(copies_go_to_local_memory_only, set_up),
		cmocka_unit_test_setup(bounded_copies, set_up),
		cmocka_unit_test_setup(bytes_of_the_target_are_copied_with_tags,
				       set_up),
		cmocka_unit_test_setup(duplicates, set_up),
		cmocka_unit_test_setup(numbers, set_up),
		cmocka_unit_test_setup(private_writes_go_to_the_view, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
