/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Faults: caught, nested, in threads, reported. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fathom/fault.h>
#include <fathom/target.h>

#include "child.h"
#include "runtime_machine.h"
#include "target_state.h"

#define BAD MACHINE_END

static const struct fathom_site site = {
	.file = "pslist.c",
	.expression = "task_struct.comm",
	.line = 33,
	.column = 7,
	.size = 4,
};

static void load_bad(void)
{
	machine_load(BAD + 8, 4, &site, NULL);
	fail_msg("the load did not fault");
}

static void the_handler_is_told_all(void **state)
{
	volatile int handled = 0;

	(void)state;
	fathom_try
	{
		load_bad();
	}
	fathom_catch(f)
	{
		assert_int_equal(f->reason, FATHOM_FAULT_NOT_MAPPED);
		assert_string_equal(f->message, "page not mapped");
		assert_int_equal(f->address, BAD + 8);
		assert_int_equal(f->size, 4);
		assert_string_equal(f->file, "pslist.c");
		assert_string_equal(f->expression, "task_struct.comm");
		assert_int_equal(f->line, 33);
		assert_int_equal(f->column, 7);
		handled++;
	}
	assert_int_equal(handled, 1);
}

static void without_a_fault_no_handler_runs(void **state)
{
	volatile int ran = 0;

	(void)state;
	fathom_try
	{
		ran++;
	}
	fathom_catch(f)
	{
		fail_msg("%s", f->message);
	}
	assert_int_equal(ran, 1);
}

static void the_innermost_handler_catches(void **state)
{
	volatile int inner = 0;
	volatile int outer = 0;

	(void)state;
	fathom_try
	{
		fathom_try
		{
			load_bad();
		}
		fathom_catch(f)
		{
			inner++;
			(void)f;
		}
		assert_int_equal(inner, 1);
		load_bad();
	}
	fathom_catch(f)
	{
		outer++;
		assert_int_equal(f->address, BAD + 8);
	}
	assert_int_equal(inner, 1);
	assert_int_equal(outer, 1);
}

static void a_fault_in_the_handler_goes_outwards(void **state)
{
	volatile int inner = 0;
	volatile int outer = 0;

	(void)state;
	fathom_try
	{
		fathom_try
		{
			load_bad();
		}
		fathom_catch(f)
		{
			inner++;
			machine_load(8, 8, NULL, NULL);
			(void)f;
		}
		fail_msg("went on after a fault in the handler");
	}
	fathom_catch(f)
	{
		outer++;
		assert_int_equal(f->reason, FATHOM_FAULT_NULL);
	}
	assert_int_equal(inner, 1);
	assert_int_equal(outer, 1);
}

/* Leave a fathom_try in each way there is. */

static int leave_by_return(void)
{
	fathom_try
	{
		return 1;
	}
	fathom_catch(f)
	{
		(void)f;
		return 2;
	}
	return 3;
}

static int leave_by_break(void)
{
	int rounds = 0;

	for (; rounds < 3; rounds++) {
		fathom_try
		{
			break;
		}
		fathom_catch(f)
		{
			(void)f;
			return -1;
		}
	}
	return rounds;
}

static int leave_by_continue(void)
{
	volatile int after = 0;
	int rounds;

	for (rounds = 0; rounds < 3; rounds++) {
		fathom_try
		{
			continue;
		}
		fathom_catch(f)
		{
			(void)f;
			return -1;
		}
		after++;
	}
	return after;
}

static int leave_by_goto(void)
{
	fathom_try
	{
		goto out;
	}
	fathom_catch(f)
	{
		(void)f;
		return -1;
	}
	return -2;
out:
	return 7;
}

static int leave_by_return_from_handler(void)
{
	fathom_try
	{
		load_bad();
	}
	fathom_catch(f)
	{
		(void)f;
		return 5;
	}
	return 6;
}

static void leaving_a_block_leaves_no_frame(void **state)
{
	volatile int caught = 0;

	(void)state;
	fathom_try
	{
		assert_int_equal(leave_by_return(), 1);
		assert_int_equal(leave_by_break(), 3);
		assert_int_equal(leave_by_continue(), 3);
		assert_int_equal(leave_by_goto(), 7);
		assert_int_equal(leave_by_return_from_handler(), 5);
		/* Would go into a dead frame if one of them had left its own.
		 */
		load_bad();
	}
	fathom_catch(f)
	{
		(void)f;
		caught++;
	}
	assert_int_equal(caught, 1);
}

static void a_try_in_a_loop_catches_each_time(void **state)
{
	volatile int caught = 0;
	volatile int i;

	(void)state;
	for (i = 0; i < 1000; i++) {
		fathom_try
		{
			load_bad();
		}
		fathom_catch(f)
		{
			(void)f;
			caught++;
		}
	}
	assert_int_equal(caught, 1000);
}

static void *catch_in_thread(void *arg)
{
	volatile uintptr_t caught = 0;
	int i;

	for (i = 0; i < 500; i++) {
		fathom_try
		{
			machine_load((uintptr_t)arg, 8, NULL, NULL);
		}
		fathom_catch(f)
		{
			if (f->address == (uintptr_t)arg)
				caught++;
		}
	}
	return (void *)caught;
}

static void threads_catch_their_own(void **state)
{
	pthread_t threads[4];
	uintptr_t i;
	void *caught;

	(void)state;
	for (i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, catch_in_thread,
			       (void *)(BAD + i * 8));
	for (i = 0; i < 4; i++) {
		pthread_join(threads[i], &caught);
		assert_int_equal((uintptr_t)caught, 500);
	}
}

static void a_group_blames_the_member_that_is_not_there(void **state)
{
	static const struct fathom_site group[] = {
		{.expression = "a", .offset = 0, .size = 8, .more = 2},
		{.expression = "b", .offset = 64, .size = 8},
		{.expression = "c", .offset = 4096 + 64, .size = 4},
	};
	volatile int caught = 0;

	(void)state;
	fathom_try
	{
		machine_load(BAD - 128, 4096 + 68, group, NULL);
	}
	fathom_catch(f)
	{
		caught++;
		assert_string_equal(f->expression, "c");
		assert_int_equal(f->address, BAD - 128 + 4096 + 64);
		assert_int_equal(f->size, 4);
	}
	assert_int_equal(caught, 1);
	/* The bytes that nobody reads need not be there. */
	caught = 0;
	fathom_try
	{
		const uint8_t *got = machine_load(BAD - 128, 4096, group, NULL);

		assert_memory_equal(got, machine_at(BAD - 128), 8);
		assert_memory_equal(got + 64, machine_at(BAD - 64), 8);
	}
	fathom_catch(f)
	{
		(void)f;
		caught++;
	}
	assert_int_equal(caught, 0);
}

static void tagged_addresses_are_told_untagged(void **state)
{
	volatile int caught = 0;

	(void)state;
	fathom_try
	{
		machine_load(0x8000000000401230, 4, NULL, NULL);
	}
	fathom_catch(f)
	{
		caught++;
		assert_int_equal(f->address, 0x401230);
		assert_int_equal(f->reason, FATHOM_FAULT_USER);
	}
	assert_int_equal(caught, 1);
}

static void only_local_memory_is_written(void **state)
{
	static const uint64_t no[] = {0, MACHINE_START, 0x8000000000401230};
	volatile int caught = 0;
	size_t i;

	(void)state;
	__fathom_check_local((const void *)&caught, &site);
	for (i = 0; i < 3; i++) {
		fathom_try
		{
			__fathom_check_local((void *)(uintptr_t)no[i], &site);
		}
		fathom_catch(f)
		{
			caught++;
			assert_int_equal(f->reason, i ? FATHOM_FAULT_NOT_LOCAL
						      : FATHOM_FAULT_NULL);
		}
	}
	assert_int_equal(caught, 3);
}

static void endless_loops_are_faults(void **state)
{
	volatile int caught = 0;

	(void)state;
	fathom_try
	{
		__fathom_loop_exceeded(&site);
	}
	fathom_catch(f)
	{
		caught++;
		assert_int_equal(f->reason, FATHOM_FAULT_LOOP);
		assert_string_equal(
			f->message,
			"loop limit reached (fathom run --loop-limit)");
		assert_int_equal(f->line, 33);
	}
	assert_int_equal(caught, 1);
}

static void reports_fit_any_buffer(void **state)
{
	struct fathom_fault fault = {
		.reason = FATHOM_FAULT_NOT_MAPPED,
		.message = "page not mapped",
		.address = 0xffff888003a41000,
		.size = 1,
	};
	char text[200];
	char small[20];
	int length;

	(void)state;
	length = fathom_fault_format(&fault, text, sizeof(text));
	assert_string_equal(text, "fault at ffff888003a41000 (1 byte): page "
				  "not mapped");
	assert_int_equal(length, strlen(text));
	fault.file = "a.c";
	fault.line = 3;
	fault.expression = "x.y";
	fault.size = 0;
	length = fathom_fault_format(&fault, text, sizeof(text));
	assert_string_equal(text, "fault at ffff888003a41000: page not mapped\n"
				  "  a.c:3: x.y");
	assert_int_equal(fathom_fault_format(&fault, small, sizeof(small)),
			 length);
	assert_string_equal(small, "fault at ffff888003");
	assert_int_equal(fathom_fault_format(&fault, NULL, 0), length);
	fault.address = 0;
	fathom_fault_format(&fault, text, sizeof(text));
	assert_string_equal(text, "fault: page not mapped\n  a.c:3: x.y");
	fault.reason = FATHOM_FAULT_TARGET_GONE;
	fault.message = "the guest has gone";
	fathom_fault_format(&fault, text, sizeof(text));
	assert_string_equal(text, "the guest has gone");
}

/* What ends the process. */

static void print_then_fault(void)
{
	setvbuf(stdout, NULL, _IOFBF, BUFSIZ);
	printf("printed before");
	load_bad();
}

static void an_uncaught_fault_ends_the_program(void **state)
{
	struct child_result child = child_run(print_then_fault);

	(void)state;
	assert_int_equal(child.status, FATHOM_EXIT_FAULT);
	assert_string_equal(child.output, "printed before");
	assert_string_equal(child.errors,
			    "unit-runtime-fault: fault at ffff888040100008 "
			    "(4 bytes): page not mapped\n"
			    "  pslist.c:33: task_struct.comm\n");
}

static void lose_the_target(void)
{
	machine_fake.default_status = FATHOM_WIRE_TARGET_GONE;
	load_bad();
}

static void a_lost_target_has_its_own_status(void **state)
{
	struct child_result child = child_run(lose_the_target);

	(void)state;
	assert_int_equal(child.status, FATHOM_EXIT_TARGET);
	assert_string_equal(
		child.errors,
		"unit-runtime-fault: fathom: the target has gone\n");
}

static struct fathom_error *agent_breaks(void)
{
	return fathom_error_create(FATHOM_ERROR_PROTOCOL, "it broke");
}

static void break_the_agent(void)
{
	machine_fake.fail = agent_breaks;
	load_bad();
}

static void a_failing_agent_is_no_fault_of_an_address(void **state)
{
	struct child_result child = child_run(break_the_agent);

	(void)state;
	assert_int_equal(child.status, FATHOM_EXIT_TARGET);
	assert_string_equal(child.errors,
			    "unit-runtime-fault: fathom: it broke\n");
}

static void fault_after_a_caught_one(void)
{
	fathom_try
	{
		load_bad();
	}
	fathom_catch(f)
	{
		printf("caught %s", f->expression);
	}
	load_bad();
}

static void the_frame_is_gone_after_the_block(void **state)
{
	struct child_result child = child_run(fault_after_a_caught_one);

	(void)state;
	assert_int_equal(child.status, FATHOM_EXIT_FAULT);
	assert_string_equal(child.output, "caught task_struct.comm");
}

static void *fault_in_thread(void *arg)
{
	(void)arg;
	load_bad();
	return NULL;
}

static void fault_in_threads(void)
{
	pthread_t threads[4];
	size_t i;

	printf("once");
	for (i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, fault_in_thread, NULL);
	for (i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
}

static void threads_end_the_program_too(void **state)
{
	struct child_result child = child_run(fault_in_threads);

	(void)state;
	assert_int_equal(child.status, FATHOM_EXIT_FAULT);
	assert_string_equal(child.output, "once");
}

static void read_without_target(void)
{
	fathom_default = NULL;
	load_bad();
}

static void no_target_is_no_crash(void **state)
{
	struct child_result child = child_run(read_without_target);

	(void)state;
	assert_int_equal(child.status, FATHOM_EXIT_USAGE);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, machine_set_up, machine_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_handler_is_told_all),
		TEST(without_a_fault_no_handler_runs),
		TEST(the_innermost_handler_catches),
		TEST(a_fault_in_the_handler_goes_outwards),
		TEST(leaving_a_block_leaves_no_frame),
		TEST(a_try_in_a_loop_catches_each_time),
		TEST(threads_catch_their_own),
		TEST(a_group_blames_the_member_that_is_not_there),
		TEST(tagged_addresses_are_told_untagged),
		TEST(only_local_memory_is_written),
		TEST(endless_loops_are_faults),
		TEST(reports_fit_any_buffer),
		TEST(an_uncaught_fault_ends_the_program),
		TEST(a_lost_target_has_its_own_status),
		TEST(a_failing_agent_is_no_fault_of_an_address),
		TEST(the_frame_is_gone_after_the_block),
		TEST(threads_end_the_program_too),
		TEST(no_target_is_no_crash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
