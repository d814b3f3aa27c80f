/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The hook: it gets the event, as it is, and no more time than it may have. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "hook.h"

static char folder[] = "/tmp/fathom-hook-XXXXXX";
static char program[64], output[64];

static int set_up_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(program, sizeof(program), "%s/hook", folder);
	snprintf(output, sizeof(output), "%s/out", folder);
	return 0;
}

static int tear_down_folder(void **state)
{
	(void)state;
	unlink(program);
	unlink(output);
	return rmdir(folder);
}

static void write_program(const char *text)
{
	int fd;

	unlink(output);
	unlink(program);
	fd = open(program, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700);
	assert_true(fd >= 0);
	dprintf(fd, "#!/bin/sh\n%s\n", text);
	close(fd);
}

static bool is_running(const struct watch_hook *hook)
{
	return hook->running[0].pid;
}

/* Bounded: some seconds, of real time. */
static void wait_for_end(struct watch_hook *hook, uint64_t now)
{
	unsigned int i;

	for (i = 0; i < 500 && is_running(hook); i++) {
		usleep(10000);
		watch_hook_tick(hook, now);
	}
	assert_false(is_running(hook));
}

static void expect_output(const char *expected)
{
	char text[256] = "";
	FILE *file = fopen(output, "r");

	assert_non_null(file);
	assert_true(fread(text, 1, sizeof(text) - 1, file) > 0);
	fclose(file);
	assert_string_equal(text, expected);
}

static void an_event_is_input_and_nothing_else(void **state)
{
	struct watch_hook hook = {.path = program};

	(void)state;
	write_program("echo $# >\"${0%/*}/out\"; cat >>\"${0%/*}/out\"");
	watch_hook_run(&hook, "first x", "{\"a\":\"$(id); `id`; rm -rf /\"}",
		       0);
	wait_for_end(&hook, 0);
	expect_output("0\n{\"a\":\"$(id); `id`; rm -rf /\"}\n");
	assert_int_equal(hook.lost, 0);
}

/* With what it has started. */
static void one_that_takes_too_long_is_killed(void **state)
{
	struct watch_hook hook = {.path = program};
	pid_t group;

	(void)state;
	write_program("sleep 1000 & sleep 1000");
	watch_hook_run(&hook, "first x", "{}", 5);
	group = hook.running[0].pid;
	watch_hook_tick(&hook, 5 + WATCH_HOOK_MS - 1);
	assert_true(is_running(&hook));
	assert_int_equal(killpg(group, 0), 0);
	watch_hook_tick(&hook, 5 + WATCH_HOOK_MS);
	assert_false(is_running(&hook));
	assert_int_equal(hook.killed, 1);
}

static uint64_t fast_clock(void)
{
	static uint64_t now = 1000000;

	return now += WATCH_HOOK_MS / 4;
}

static void run_about(struct watch_hook *hook, unsigned int what,
		      const char *event)
{
	char about[16];

	snprintf(about, sizeof(about), "%u", what);
	watch_hook_run(hook, about, event, 0);
}

/* A relay that alters a message each second leaves room for other alarms. */
static void of_one_thing_only_the_newest_waits(void **state)
{
	struct watch_hook hook = {.path = program};
	unsigned int i;

	(void)state;
	write_program("exec sleep 1000");
	for (i = 0; i < WATCH_HOOKS; i++)
		run_about(&hook, 0, "{}");
	assert_int_equal(hook.count, 0);
	for (i = 0; i < 2 * WATCH_HOOKS_QUEUE; i++)
		run_about(&hook, 1, i ? "newer" : "older");
	run_about(&hook, 2, "another");
	assert_int_equal(hook.count, 2);
	assert_int_equal(hook.lost, 0);
	assert_string_equal(hook.queue[hook.first].text, "newer");
	watch_hook_finish(&hook, fast_clock);
}

static void those_that_wait_are_bounded(void **state)
{
	struct watch_hook hook = {.path = program};
	unsigned int i;

	(void)state;
	write_program("sleep 1000");
	for (i = 0; i < WATCH_HOOKS + WATCH_HOOKS_QUEUE; i++)
		run_about(&hook, i, "{}");
	assert_int_equal(hook.lost, 0);
	run_about(&hook, i, "{}");
	assert_int_equal(hook.lost, 1);
	/* Whoever looks after it is told. */
	assert_int_equal(hook.told_lost, 1);
	/* All in turn, each for its time. */
	for (i = 1; hook.count || is_running(&hook); i++) {
		assert_true(i < 100);
		watch_hook_tick(&hook, i * UINT64_C(20000));
	}
	assert_int_equal(hook.killed, WATCH_HOOKS + WATCH_HOOKS_QUEUE);
}

static void at_the_end_nobody_is_left(void **state)
{
	struct watch_hook hook = {.path = program};
	pid_t group;
	int i;

	(void)state;
	write_program("exec sleep 1000");
	watch_hook_run(&hook, "first x", "{}", 1000000);
	group = hook.running[0].pid;
	watch_hook_finish(&hook, fast_clock);
	waitpid(group, NULL, 0);
	/* The dead are of the group until whoever inherits them has looked. */
	for (i = 0; i < 500 && !killpg(group, 0); i++)
		usleep(10000);
	assert_int_equal(killpg(group, 0), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_event_is_input_and_nothing_else),
		cmocka_unit_test(one_that_takes_too_long_is_killed),
		cmocka_unit_test(of_one_thing_only_the_newest_waits),
		cmocka_unit_test(those_that_wait_are_bounded),
		cmocka_unit_test(at_the_end_nobody_is_left),
	};

	return cmocka_run_group_tests(tests, set_up_folder, tear_down_folder);
}
