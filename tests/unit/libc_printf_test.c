/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The printf family, and printk's dialect of it, on the target's memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <fathom/abi.h>
#include <fathom/target.h>

#include "fake_memory.h"
#include "format_arguments.h"
#include "libc_prototypes.h"

#define PAGE 4096

/* Formats are made on purpose that no compiler would pass. */
#pragma GCC diagnostic ignored "-Wformat"
#pragma GCC diagnostic ignored "-Wformat-extra-args"
#pragma GCC diagnostic ignored "-Wformat-security"

static char out[1024];

static int set_up(void **state)
{
	(void)state;
	fake_memory_reset();
	memset(out, 0, sizeof(out));
	return 0;
}

#define FORMAT(...) __fathom_snprintf(NULL, out, sizeof(out), __VA_ARGS__)

static void strings_of_the_target(void **state)
{
	char *s = fake_address(PAGE - 3);
	char *volatile nothing = NULL;

	(void)state;
	fake_memory_put(PAGE - 3, "swapper/0", 10);
	assert_int_equal(FORMAT("%s|%s|%12s|%-12s|", s, "local", s, s), 42);
	assert_string_equal(out, "swapper/0|local|   swapper/0|swapper/0   |");
	FORMAT("%.4s %.*s %*s", s, 2, s, -11, s);
	assert_string_equal(out, "swap sw swapper/0  ");
	FORMAT("%s", nothing);
	assert_string_equal(out, "(null)");
	assert_fault(FORMAT("%s", (char *)fake_address(PAGE * 4)));
	assert_fault(FORMAT("%s", (char *)FATHOM_TAG(0x1000)));
}

static void precision_bounds_what_is_read(void **state)
{
	char *s = fake_address(PAGE - 4);

	(void)state;
	memset(fake_memory_map(0), 'a', PAGE);
	FORMAT("%.4s", s);
	assert_string_equal(out, "aaaa");
	FORMAT("%.0s|", (char *)fake_address(PAGE * 4));
	assert_string_equal(out, "|");
	assert_fault(FORMAT("%.5s", s));
	assert_fault(FORMAT("%.*s", -1, s));
}

static void every_other_argument_passes(void **state)
{
	char expected[sizeof(out)];
	char *s = fake_address(0);

	(void)state;
	fake_memory_put(0, "x", 2);
	/* More than there are registers, of both classes, and long doubles. */
#define ARGUMENTS(string)                                                    \
	"%d %s %u %hhx %ld %lld %zu %jd %td %c %5.1f %Lg %e %+i %#lx %o %g " \
	"%La %g %g %g %g %g %Lf %% %a",                                      \
		-1, string, 2u, 0x1ff, -3l, -4ll, (size_t)5, (intmax_t) - 6, \
		(ptrdiff_t)-7, 'c', 8.25, 9.5L, 10.0, 11, 0xdeadbeefl, 12,   \
		13.0, 14.0L, 15.0, 16.0, 17.0, 18.0, 19.0, 20.0L, 21.0
	FORMAT(ARGUMENTS(s));
	snprintf(expected, sizeof(expected), ARGUMENTS("x"));
	assert_string_equal(out, expected);
}

static void pointers_are_printed_without_tags(void **state)
{
	char expected[64];

	(void)state;
	FORMAT("%p %p", (void *)FATHOM_TAG(0x7f0012345678ull),
	       fake_address(0x10));
	assert_string_equal(out, "0x7f0012345678 0xffff888000000010");
	FORMAT("%p", (void *)out);
	snprintf(expected, sizeof(expected), "%p", (void *)out);
	assert_string_equal(out, expected);
}

static void formats_of_the_target(void **state)
{
	(void)state;
	fake_memory_put(PAGE - 2, "<%d>", 5);
	FORMAT((char *)fake_address(PAGE - 2), 42);
	assert_string_equal(out, "<42>");
}

static void nothing_is_written_to_the_target(void **state)
{
	int written = 0;

	(void)state;
	fake_memory_map(0);
	FORMAT("abc%n", &written);
	assert_int_equal(written, 3);
	assert_fault(FORMAT("abc%n", (int *)fake_address(0)));
	assert_fault(__fathom_sprintf(NULL, fake_address(0), "x"));
	assert_fault(__fathom_snprintf(NULL, fake_address(0), 1, "x"));
	assert_fault(__fathom_asprintf(NULL, fake_address(0), "x"));
	assert_fault(__fathom_fprintf(NULL, fake_address(0), "x"));
	assert_fault(FORMAT("%ls", (wchar_t *)fake_address(0)));
	assert_int_equal(__fathom_snprintf(NULL, NULL, 0, "abc"), 3);
}

static void the_family(void **state)
{
	char *s = fake_address(0), *made;
	size_t size;
	FILE *stream = open_memstream(&made, &size);
	int pipes[2];

	(void)state;
	fake_memory_put(0, "kernel", 7);
	__fathom_fprintf(NULL, stream, "%s ", s);
	__fathom_fputs(NULL, s, stream);
	__fathom_fwrite(NULL, s, 1, 3, stream);
	fclose(stream);
	assert_string_equal(made, "kernel kernelker");
	free(made);
	assert_int_equal(__fathom_asprintf(NULL, &made, "%s!", s), 7);
	assert_string_equal(made, "kernel!");
	free(made);
	assert_int_equal(__fathom_sprintf(NULL, out, "%s", s), 6);
	assert_string_equal(out, "kernel");
	assert_int_equal(__fathom_snprintf(NULL, out, 4, "%s", s), 6);
	assert_string_equal(out, "ker");
	assert_int_equal(pipe(pipes), 0);
	assert_int_equal(__fathom_dprintf(NULL, pipes[1], "%s", s), 6);
	assert_int_equal(__fathom_write(NULL, pipes[1], s, 4), 4);
	assert_int_equal(read(pipes[0], out, sizeof(out)), 10);
	assert_memory_equal(out, "kernelkern", 10);
	close(pipes[0]);
	close(pipes[1]);
	assert_fault(__fathom_fwrite(NULL, s, 1, PAGE + 1, stdout));
}

static void positional_arguments_are_refused(void **state)
{
	int status;
	pid_t child = fork();

	(void)state;
	if (!child) {
		FORMAT("%2$s %1$s", "a", "b");
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), FATHOM_EXIT_USAGE);
}

/* What libc is told to print for a kernel format. */
static void format_kernel(size_t size, const char *format, ...)
{
	struct fathom_arguments arguments;
	char local[256];
	va_list args;

	va_start(args, format);
	fathom_arguments_collect_kernel(&arguments, local, size, format, args);
	va_end(args);
	vsnprintf(out, sizeof(out), local, fathom_arguments_list(&arguments));
}

static void kernel_formats(void **state)
{
	char *s = fake_address(0);

	(void)state;
	fake_memory_put(0, "init", 5);
	format_kernel(256, "%s: %pS %ps %px %pK. %5d%%", s, fake_address(0x10),
		      fake_address(0x11), fake_address(1), (void *)0, 7);
	assert_string_equal(
		out,
		"init: fake_symbol 0xffff888000000011 0xffff888000000001 (nil).     7%");
	/* One that is cut off has no half of a conversion at its end. */
	format_kernel(8, "abcde%d%d%d", 1, 2, 3);
	assert_string_equal(out, "abcde1");
	format_kernel(4, "abcdef");
	assert_string_equal(out, "abc");
}

static void private_writes_take_what_they_need(void **state)
{
	static const struct fathom_site site = {
		.flags = FATHOM_SITE_PRIVATE_WRITES,
	};
	const char *now = fake_memory_map(0);
	char *to = fake_address(PAGE - 8);

	(void)state;
	assert_int_equal(__fathom_sprintf(&site, to, "%s%d", "abc", 77), 5);
	assert_string_equal(now + PAGE - 8, "abc77");
	assert_int_equal(__fathom_snprintf(&site, to, 5000, "%d-%d", 12, 34),
			 5);
	assert_string_equal(now + PAGE - 8, "12-34");
	assert_int_equal(__fathom_snprintf(&site, to, 3, "%d", 12345), 5);
	assert_string_equal(now + PAGE - 8, "12");
	assert_fault(__fathom_sprintf(&site, to, "%d", 12345678));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(strings_of_the_target, set_up),
		cmocka_unit_test_setup(precision_bounds_what_is_read, set_up),
		cmocka_unit_test_setup(every_other_argument_passes, set_up),
		cmocka_unit_test_setup(pointers_are_printed_without_tags,
				       set_up),
		cmocka_unit_test_setup(formats_of_the_target, set_up),
		cmocka_unit_test_setup(nothing_is_written_to_the_target,
				       set_up),
		cmocka_unit_test_setup(the_family, set_up),
		cmocka_unit_test_setup(positional_arguments_are_refused,
				       set_up),
		cmocka_unit_test_setup(kernel_formats, set_up),
		cmocka_unit_test_setup(private_writes_take_what_they_need,
				       set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
