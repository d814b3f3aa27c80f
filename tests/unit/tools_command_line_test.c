/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * What fathom-cc understands of clang's command line, and the small parts of
 * the tools that need no target.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <fathom/error.h>

#include "cc_command.h"
#include "printable.h"
#include "response_file.h"
#include "suggest.h"
#include "undefined_symbols.h"

#define MAX_WORDS 16

/* Parse a command line written with blanks; it must be accepted. */
static void parse(const char *line, struct cc_command *command)
{
	char text[256], *words[MAX_WORDS + 1];
	struct fathom_error *error;
	int count = 0;

	assert_in_range(snprintf(text, sizeof(text), "%s", line), 1,
			sizeof(text) - 1);
	for (char *word = strtok(text, " "); word; word = strtok(NULL, " ")) {
		assert_true(count < MAX_WORDS);
		words[count++] = word;
	}
	words[count] = NULL;
	error = cc_command_parse(count, words, command);
	if (error)
		print_error("%s\n", error->message);
	assert_null(error);
}

struct expectation {
	const char *line;
	bool compiles, code, links;
};

static void stages(void **state)
{
	static const struct expectation cases[] = {
		{"cc a.c", true, true, true},
		{"cc -c a.c", true, true, false},
		{"cc -S a.c", true, true, false},
		{"cc -S -emit-llvm a.c", true, true, false},
		{"cc -E a.c", true, false, false},
		{"cc -M a.c", true, false, false},
		{"cc -MM a.c", true, false, false},
		{"cc -fsyntax-only a.c", true, false, false},
		{"cc -c -MD a.c", true, true, false},
		{"cc a.o b.o", false, false, true},
		{"cc a.o -lm", false, false, true},
		{"cc -lm", false, false, true},
		{"cc a.s", false, false, true},
		{"cc -c a.S", false, false, false},
		{"cc -r a.o", false, false, false},
		{"cc -r a.c", true, true, false},
		{"cc -shared a.c", true, true, true},
		{"cc a.c b.o libc.a", true, true, true},
		{"cc -x c -c file", true, true, false},
		{"cc -xc -c file", true, true, false},
		{"cc -x c -x none file", false, false, true},
		{"cc -x assembler a.c", false, false, true},
		{"cc -c -", true, true, false},
		{"cc -- a.c", true, true, true},
		{"cc -dumpmachine", false, false, false},
		{"cc -v", false, false, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cc_command command;

		parse(cases[i].line, &command);
		if (command.compiles != cases[i].compiles ||
		    command.code != cases[i].code ||
		    command.links != cases[i].links)
			fail_msg("%s: compiles %d, code %d, links %d",
				 cases[i].line, command.compiles, command.code,
				 command.links);
		cc_command_deinit(&command);
	}
}

/* A value that looks like a source file, or an option, is neither. */
static void values_are_no_files(void **state)
{
	static const char *const lines[] = {
		"cc a.o -o b.c",  "cc a.o -I b.c",	 "cc a.o -include b.c",
		"cc a.o -MF b.c", "cc a.o -Xlinker b.c", "cc a.o --sysroot b.c",
	};
	struct cc_command command;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		parse(lines[i], &command);
		if (command.compiles || !command.links)
			fail_msg("%s", lines[i]);
		cc_command_deinit(&command);
	}
	parse("cc a.c -o -c", &command);
	assert_true(command.links);
	cc_command_deinit(&command);
	parse("cc -- -c", &command);
	assert_true(command.links);
	cc_command_deinit(&command);
}

/* All but our own options goes to clang, in order. */
static void arguments_are_kept(void **state)
{
	static const char *const expected[] = {"-O2", "a.c", "-o", "x", "-lm"};
	struct cc_command command;

	(void)state;
	parse("cc -O2 --kernel-headers 6.1 a.c -o x --kernel-headers=6.2 "
	      "--private-writes -lm",
	      &command);
	assert_true(command.private_writes);
	assert_string_equal(command.kernel_headers, "6.2");
	assert_int_equal(command.arguments.count, 5);
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(command.arguments.items[i], expected[i]);
	assert_null(command.arguments.items[5]);
	cc_command_deinit(&command);
}

static void assert_refused(char **arguments, const char *word)
{
	struct cc_command command;
	struct fathom_error *error;
	int count = 0;

	while (arguments[count])
		count++;
	error = cc_command_parse(count, arguments, &command);
	assert_non_null(error);
	assert_non_null(strstr(error->message, word));
	fathom_error_destroy(error);
	cc_command_deinit(&command);
}

static void refusals(void **state)
{
	(void)state;
	assert_refused((char *[]){"cc", "a.cpp", NULL}, "a.cpp");
	assert_refused((char *[]){"cc", "-x", "c++", "a", NULL}, "-x c++");
	assert_refused((char *[]){"cc", "-xc++", "a", NULL}, "-x c++");
	assert_refused((char *[]){"cc", "a.c", "b.S", NULL}, "b.S");
	assert_refused((char *[]){"cc", "-static", "a.c", NULL}, "-static");
	assert_refused((char *[]){"cc", "a.c", "--kernel-headers", NULL},
		       "--kernel-headers needs");
	assert_refused((char *[]){"cc", "a.c", "--kernel-headers=", NULL},
		       "--kernel-headers needs");
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);

	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(close(fd), 0);
}

static void response_files(void **state)
{
	static const char *const expected[] = {
		"plain", "two words", "it's", "a\"b\\c", "", "last",
	};
	char path[] = "/tmp/fathom-response-XXXXXX";
	struct argument_list list = {};

	(void)state;
	close(mkstemp(path));
	write_file(path, "plain\n 'two words'\t\"it's\" a\\\"b\\\\c '' last");
	assert_true(response_file_read(path, &list));
	unlink(path);
	assert_int_equal(list.count, 6);
	for (size_t i = 0; i < 6; i++)
		assert_string_equal(list.items[i], expected[i]);
	argument_list_deinit(&list);
	assert_false(response_file_read(path, &list));
	assert_false(response_file_read("/", &list));
}

/* A file that names itself comes to an end. */
static void endless_response_file(void **state)
{
	char path[] = "/tmp/fathom-response-XXXXXX", argument[64];
	char *arguments[] = {"cc", argument, NULL};
	struct cc_command command;

	(void)state;
	close(mkstemp(path));
	snprintf(argument, sizeof(argument), "@%s", path);
	write_file(path, argument);
	assert_null(cc_command_parse(2, arguments, &command));
	unlink(path);
	assert_int_equal(command.arguments.count, 1);
	assert_string_equal(command.arguments.items[0], argument);
	cc_command_deinit(&command);
}

static void undefined_symbols_of_all_linkers(void **state)
{
	static const char text[] =
		"/usr/bin/ld: a.o: in function `main':\n"
		"a.c:5: undefined reference to `bfd_one'\n"
		"a.c:6: undefined reference to `bfd_one'\n"
		"a.c:7: undefined reference to \u2018bfd_two\u2019\n"
		"a.o:a.c:function main: error: undefined reference to 'gold'\n"
		"ld.lld: error: undefined symbol: lld\n"
		"mold: error: undefined symbol: mold\n"
		"undefined reference to ";
	static const char *const expected[] = {
		"bfd_one", "bfd_two", "gold", "lld", "mold",
	};
	struct argument_list names = {};

	(void)state;
	undefined_symbols_find(text, &names);
	assert_int_equal(names.count, 5);
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(names.items[i], expected[i]);
	argument_list_deinit(&names);
}

static void distances(void **state)
{
	(void)state;
	assert_int_equal(suggest_distance("info", "info"), 0);
	assert_int_equal(suggest_distance("ifno", "info"), 1);
	assert_int_equal(suggest_distance("inf", "info"), 1);
	assert_int_equal(suggest_distance("infos", "info"), 1);
	assert_int_equal(suggest_distance("", "run"), 3);
	assert_int_equal(suggest_distance("kitten", "sitting"), 3);
	assert_true(suggest_distance("an argument of more than 31 letters",
				     "run") == SIZE_MAX);
}

static void printable_text(void **state)
{
	char *text = printable("ok \x1b[2J\n\xc3\xa4 ~");

	(void)state;
	assert_string_equal(text, "ok \\x1b[2J\\x0a\\xc3\\xa4 ~");
	free(text);
	assert_null(printable(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stages),
		cmocka_unit_test(values_are_no_files),
		cmocka_unit_test(arguments_are_kept),
		cmocka_unit_test(refusals),
		cmocka_unit_test(response_files),
		cmocka_unit_test(endless_response_file),
		cmocka_unit_test(undefined_symbols_of_all_linkers),
		cmocka_unit_test(distances),
		cmocka_unit_test(printable_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
