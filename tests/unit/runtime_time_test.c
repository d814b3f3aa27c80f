/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Bounds of CPU time: fathom_limit_time(). */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include <fathom/fault.h>
#include <fathom/target.h>

#include "child.h"
#include "runtime_machine.h"
#include "target_state.h"

void fathom_limit_time(unsigned int milliseconds);
size_t fathom_read_space(unsigned long root, unsigned long address,
			 void *buffer, size_t size);

/* Far more than is allowed, so that a bound that does not hold is noticed. */
#define FAR_TOO_LONG 5.0

static double cpu_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Loads that all hit, as the inline path makes them. */
static void load_on(double seconds)
{
	double end = cpu_seconds() + seconds;

	while (cpu_seconds() < end)
		machine_load(MACHINE_START, 8, NULL, NULL);
}

static void read_process_on(double seconds)
{
	double end = cpu_seconds() + seconds;
	char byte;

	while (cpu_seconds() < end)
		fathom_read_space(0x9000, 0x400000, &byte, 1);
}

static void span_on(double seconds)
{
	double end = cpu_seconds() + seconds;

	while (cpu_seconds() < end &&
	       __fathom_span(MACHINE_START, MACHINE_START, 9, 8, 8))
		;
	if (cpu_seconds() < end)
		machine_load(MACHINE_START, 8, NULL, NULL);
}

static enum fathom_fault_reason fault_of(void (*function)(double seconds),
					 double seconds)
{
	volatile enum fathom_fault_reason reason = 0;

	fathom_try
	{
		function(seconds);
	}
	fathom_catch(f)
	{
		reason = f->reason;
	}
	return reason;
}

static void reading_on_is_a_fault(void **state)
{
	(void)state;
	fathom_limit_time(30);
	assert_int_equal(fault_of(load_on, FAR_TOO_LONG), FATHOM_FAULT_TIME);
	/* It stays over. */
	assert_int_equal(fault_of(load_on, 0.001), FATHOM_FAULT_TIME);
	fathom_limit_time(0);
	assert_int_equal(fault_of(load_on, 0.06), 0);
}

static void reading_a_process_is_a_fault(void **state)
{
	(void)state;
	fathom_limit_time(30);
	assert_int_equal(fault_of(read_process_on, FAR_TOO_LONG),
			 FATHOM_FAULT_TIME);
	fathom_limit_time(0);
}

static void loops_with_one_translation_are_a_fault(void **state)
{
	(void)state;
	fathom_limit_time(30);
	assert_int_equal(fault_of(span_on, FAR_TOO_LONG), FATHOM_FAULT_TIME);
	fathom_limit_time(0);
}

static void each_limit_begins_anew(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 5; i++) {
		fathom_limit_time(500);
		assert_int_equal(fault_of(load_on, 0.2), 0);
	}
	fathom_limit_time(0);
}

/* The timer that is there already will do; it must not end too early. */
static void a_limit_asked_for_again_is_whole(void **state)
{
	(void)state;
	fathom_limit_time(200);
	assert_int_equal(fault_of(load_on, 0.02), 0);
	fathom_limit_time(200);
	assert_int_equal(fault_of(load_on, 0.199), 0);
	assert_int_equal(fault_of(load_on, FAR_TOO_LONG), FATHOM_FAULT_TIME);
	fathom_limit_time(200);
	assert_int_equal(fault_of(load_on, 0.02), 0);
	fathom_limit_time(0);
}

static void waiting_takes_no_time(void **state)
{
	const struct timespec tenth = {.tv_nsec = 100000000};

	(void)state;
	fathom_limit_time(50);
	nanosleep(&tenth, NULL);
	assert_int_equal(fault_of(load_on, 0), 0);
	machine_load(MACHINE_START, 8, NULL, NULL);
	fathom_limit_time(0);
}

static void read_on_in_child(void)
{
	fathom_limit_time(30);
	load_on(FAR_TOO_LONG);
}

static void a_child_has_a_limit_of_its_own(void **state)
{
	struct child_result child;

	(void)state;
	/* The same one: its parent's timer, just set, is none of the child's.
	 */
	fathom_limit_time(30);
	child = child_run(read_on_in_child);
	assert_int_equal(child.status, FATHOM_EXIT_FAULT);
	assert_non_null(strstr(child.errors, "time limit reached"));
	fathom_limit_time(0);
}

static void *read_in_thread(void *arg)
{
	fathom_limit_time(30);
	return (void *)(uintptr_t)fault_of(load_on, *(double *)arg);
}

static void each_thread_has_its_own(void **state)
{
	double seconds = FAR_TOO_LONG;
	pthread_t thread;
	void *reason;

	(void)state;
	fathom_limit_time(60000);
	pthread_create(&thread, NULL, read_in_thread, &seconds);
	pthread_join(thread, &reason);
	assert_int_equal((uintptr_t)reason, FATHOM_FAULT_TIME);
	assert_int_equal(fault_of(load_on, 0.05), 0);
	fathom_limit_time(0);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, machine_set_up, machine_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(reading_on_is_a_fault),
		TEST(reading_a_process_is_a_fault),
		TEST(loops_with_one_translation_are_a_fault),
		TEST(each_limit_begins_anew),
		TEST(a_limit_asked_for_again_is_whole),
		TEST(waiting_takes_no_time),
		TEST(a_child_has_a_limit_of_its_own),
		TEST(each_thread_has_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
