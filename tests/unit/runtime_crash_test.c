/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Crashes of the program's own: explained, or faults where it says so. */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include <fathom/fault.h>
#include <fathom/target.h>

#include "child.h"
#include "crash.h"
#include "runtime_machine.h"
#include "sanitized.h"
#include "thread.h"

void fathom_catch_crashes(void);

/* Sanitizers bring handlers of their own. */

static volatile uintptr_t volatile_zero;

static void start_crashing(void)
{
	signal(SIGSEGV, SIG_DFL);
	signal(SIGBUS, SIG_DFL);
	signal(SIGFPE, SIG_DFL);
	signal(SIGILL, SIG_DFL);
	fathom_crash_install();
	printf("printed before");
}

static void write_to_null(void)
{
	*(volatile int *)volatile_zero = 1;
}

static void write_to_kernel_address(void)
{
	*(volatile int *)(volatile_zero + MACHINE_START) = 1;
}

static void crash_at_null(void)
{
	start_crashing();
	write_to_null();
}

static void crash_at_kernel_address(void)
{
	start_crashing();
	write_to_kernel_address();
}

static void crash_at_tagged_address(void)
{
	start_crashing();
	*(volatile int *)(volatile_zero + (1ull << 63) + 0x400000) = 1;
}

static int recurse(int depth)
{
	volatile char frame[512];

	frame[0] = (char)depth;
	if (!volatile_zero)
		return recurse(depth + 1) + frame[0];
	return frame[0];
}

static void recurse_for_ever(void)
{
	volatile_zero = (uintptr_t)recurse(0);
}

static void crash_by_recursion(void)
{
	start_crashing();
	recurse_for_ever();
}

static void *recurse_in_thread(void *arg)
{
	(void)arg;
	machine_load(MACHINE_START, 8, NULL, NULL);
	recurse_for_ever();
	return NULL;
}

static void crash_by_recursion_in_thread(void)
{
	pthread_t thread;

	start_crashing();
	pthread_create(&thread, NULL, recurse_in_thread, NULL);
	pthread_join(thread, NULL);
}

static void crash_in_truncated_file(void)
{
	FILE *file = tmpfile();
	volatile char *map;

	if (!file)
		return;
	start_crashing();
	map = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fileno(file), 0);
	volatile_zero = (uintptr_t)*map;
	fclose(file);
}

static void crashes_are_explained(void **state)
{
	static const struct {
		void (*function)(void);
		const char *text;
	} cases[] = {
		{crash_at_null, "a NULL pointer of the program's own"},
		{crash_at_kernel_address, "a pointer of the target, used by"},
		{crash_at_tagged_address, "a non-canonical address"},
		{crash_by_recursion, "the stack is exhausted"},
		{crash_by_recursion_in_thread, "the stack is exhausted"},
		{crash_in_truncated_file, "a mapped file was truncated"},
	};
	size_t i;

	(void)state;
	if (SANITIZED)
		return;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct child_result child = child_run(cases[i].function);

		assert_int_equal(child.status, FATHOM_EXIT_CRASH);
		assert_string_equal(child.output, "printed before");
		if (!strstr(child.errors, cases[i].text))
			fail_msg("%s: %s", cases[i].text, child.errors);
		assert_ptr_equal(strchr(child.errors, '\n') + 1,
				 child.errors + strlen(child.errors));
	}
}

/* Where a program says so, they are faults. */

static volatile int zero;

static void divide_by_zero(void)
{
	zero = 1000 / zero;
}

static void divide_too_much(void)
{
	uint64_t low = 0;
	uint64_t high = 1;

	/* As the kernel scales times: the result has no room. */
	__asm__ volatile("divq %2" : "+a"(low), "+d"(high) : "r"(1ull) : "cc");
}

static void run_into_trap(void)
{
	__asm__ volatile("ud2");
}

static void print_crash_of(void (*function)(void))
{
	fathom_try
	{
		function();
	}
	fathom_catch(f)
	{
		printf("%d %s\n", f->reason == FATHOM_FAULT_CRASH, f->message);
	}
}

static void load_unmapped(void)
{
	machine_load(MACHINE_END, 4, NULL, NULL);
}

static void crash_again_and_again(void)
{
	start_crashing();
	fathom_catch_crashes();
	printf("\n");
	print_crash_of(divide_by_zero);
	print_crash_of(write_to_null);
	print_crash_of(write_to_null);
	print_crash_of(recurse_for_ever);
	print_crash_of(recurse_for_ever);
	print_crash_of(divide_too_much);
	print_crash_of(write_to_kernel_address);
	print_crash_of(run_into_trap);
	print_crash_of(divide_by_zero);
	/* Faults of the other kind are what they were. */
	print_crash_of(load_unmapped);
}

static void crashes_may_be_faults(void **state)
{
	static const char *const expected[] = {
		"printed before",
		": a division by zero",
		": a NULL pointer",
		": a NULL pointer",
		": the stack is exhausted",
		": the stack is exhausted",
		": a division by zero, or one with too large a result",
		": a pointer of the target, used by",
		": an invalid instruction",
		": a division by zero",
		"0 page not mapped",
	};
	struct child_result child;
	const char *line;
	size_t i;

	(void)state;
	if (SANITIZED)
		return;
	child = child_run(crash_again_and_again);
	assert_int_equal(child.status, 0);
	assert_string_equal(child.errors, "");
	line = child.output;
	for (i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		const char *end = strchr(line, '\n');
		const char *found = strstr(line, expected[i]);

		assert_non_null(end);
		if (!found || found > end)
			fail_msg("%s: %s", expected[i], line);
		line = end + 1;
	}
}

static void crash_in_libc(void)
{
	volatile size_t length = strlen((const char *)(volatile_zero + 16));

	volatile_zero = length;
}

static void crash_in_a_read(void)
{
	fathom_thread_enter();
	write_to_null();
}

static void be_killed(void)
{
	kill(getpid(), SIGSEGV);
}

static void (*volatile uncatchable)(void);

static void crash_nevertheless(void)
{
	start_crashing();
	fathom_catch_crashes();
	print_crash_of(uncatchable);
}

static void crash_without_a_frame(void)
{
	start_crashing();
	fathom_catch_crashes();
	divide_by_zero();
}

/* What may have left locks taken, and what is no crash at all. */
static void not_all_crashes_are_faults(void **state)
{
	static void (*const cases[])(void) = {
		crash_in_libc,
		crash_in_a_read,
		be_killed,
	};
	size_t i;

	(void)state;
	if (SANITIZED)
		return;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uncatchable = cases[i];
		assert_int_equal(child_run(crash_nevertheless).status,
				 FATHOM_EXIT_CRASH);
	}
	assert_int_equal(child_run(crash_without_a_frame).status,
			 FATHOM_EXIT_CRASH);
}

static void own_handler(int number)
{
	(void)number;
	_exit(42);
}

static void crash_with_own_handler(void)
{
	signal(SIGSEGV, own_handler);
	fathom_crash_install();
	/* Not NULL, for which UBSan ends the program before it crashes. */
	*(volatile int *)(volatile_zero + FATHOM_PAGE_SIZE) = 1;
}

static void the_program_may_have_its_own_handler(void **state)
{
	(void)state;
	assert_int_equal(child_run(crash_with_own_handler).status, 42);
}
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, machine_set_up, machine_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(crashes_are_explained),
		TEST(crashes_may_be_faults),
		TEST(not_all_crashes_are_faults),
		TEST(the_program_may_have_its_own_handler),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
