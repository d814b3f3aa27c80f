/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Private writes that are taken back: fathom_discard_writes(). */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <fathom/fault.h>
#include <fathom/target.h>

#include "access.h"
#include "runtime_machine.h"
#include "target_state.h"
#include "view.h"

void fathom_mark_writes(void);
void fathom_discard_writes(void);

#define PAGE	4096ull
#define A_PLACE (MACHINE_START + 0x3008)
#define B_PLACE (MACHINE_START + 0x3ff0)
#define C_PLACE (MACHINE_START + 0x9100)

static uint64_t original(uint64_t address)
{
	uint64_t word;

	memcpy(&word, machine_at(address), sizeof(word));
	return word;
}

static void assert_original(uint64_t address)
{
	assert_int_equal(machine_word(address), original(address));
}

static void writes_are_taken_back(void **state)
{
	(void)state;
	fathom_mark_writes();
	machine_write_word(A_PLACE, 1);
	machine_write_word(B_PLACE, 2);
	machine_write_word(C_PLACE, 3);
	machine_write_word(A_PLACE, 4);
	assert_int_equal(machine_word(A_PLACE), 4);
	fathom_discard_writes();
	assert_original(A_PLACE);
	assert_original(B_PLACE);
	assert_original(C_PLACE);
}

static void what_was_written_before_stays(void **state)
{
	(void)state;
	machine_write_word(A_PLACE, 1);
	fathom_mark_writes();
	machine_write_word(B_PLACE, 2);
	/* A new mark: what came before it is settled. */
	fathom_mark_writes();
	machine_write_word(C_PLACE, 3);
	fathom_discard_writes();
	assert_int_equal(machine_word(A_PLACE), 1);
	assert_int_equal(machine_word(B_PLACE), 2);
	assert_original(C_PLACE);
}

static void without_a_mark_writes_stay(void **state)
{
	(void)state;
	fathom_mark_writes();
	machine_write_word(A_PLACE, 1);
	fathom_discard_writes();
	machine_write_word(A_PLACE, 2);
	fathom_discard_writes();
	assert_int_equal(machine_word(A_PLACE), 2);
}

/* The same page, again and again: each time its first write is noticed. */
static void each_mark_begins_anew(void **state)
{
	uint64_t i;

	(void)state;
	for (i = 1; i < 100; i++) {
		fathom_mark_writes();
		assert_original(A_PLACE);
		machine_write_word(A_PLACE, i);
		machine_write_word(B_PLACE, i);
		fathom_discard_writes();
	}
	assert_original(B_PLACE);
}

static void writes_over_pages_are_taken_back(void **state)
{
	const struct fathom_site site = {.flags = FATHOM_SITE_PRIVATE_WRITES};
	char *place = (char *)(uintptr_t)A_PLACE;

	(void)state;
	fathom_mark_writes();
	memset(fathom_writable(place, 5 * PAGE, &site), 0, 5 * PAGE);
	assert_int_equal(machine_word(A_PLACE + 5 * PAGE - 8), 0);
	fathom_discard_writes();
	assert_memory_equal(fathom_access(place, 5 * PAGE, NULL),
			    machine_at(A_PLACE), 5 * PAGE);
}

static void another_epoch_has_nothing_to_take_back(void **state)
{
	(void)state;
	fathom_mark_writes();
	machine_write_word(A_PLACE, 1);
	machine_put(A_PLACE, 42);
	assert_null(fathom_target_refresh(fathom_default));
	assert_int_equal(machine_word(A_PLACE), 42);
	fathom_discard_writes();
	assert_int_equal(machine_word(A_PLACE), 42);
}

static void a_mark_outlives_a_refresh(void **state)
{
	(void)state;
	fathom_mark_writes();
	machine_write_word(A_PLACE, 1);
	assert_null(fathom_target_refresh(fathom_default));
	machine_write_word(A_PLACE, 2);
	fathom_discard_writes();
	assert_original(A_PLACE);
}

static void pages_that_left_memory_are_taken_back(void **state)
{
	uint64_t i;

	(void)state;
	assert_null(fathom_view_limit_memory(fathom_default->view, 512 << 10));
	fathom_mark_writes();
	machine_write_word(A_PLACE, 1);
	for (i = 0; i < MACHINE_SIZE / PAGE; i++)
		machine_load(MACHINE_START + i * PAGE, 8, NULL, NULL);
	machine_write_word(C_PLACE, 2);
	fathom_discard_writes();
	assert_original(A_PLACE);
	assert_original(C_PLACE);
}

static void *write_and_end(void *arg)
{
	(void)arg;
	fathom_mark_writes();
	machine_write_word(A_PLACE, 1);
	return NULL;
}

static void each_thread_takes_back_its_own(void **state)
{
	pthread_t thread;

	(void)state;
	fathom_mark_writes();
	machine_write_word(C_PLACE, 2);
	assert_int_equal(pthread_create(&thread, NULL, write_and_end, NULL), 0);
	pthread_join(thread, NULL);
	fathom_discard_writes();
	assert_int_equal(machine_word(A_PLACE), 1);
	assert_original(C_PLACE);
}

/* The same memory over and over, as far as there is to keep. */
#define COPIES	   10
#define FAR_PLACE  (MACHINE_BOUNDARY + (8ull << 30))
#define MOST_PAGES 16384

static uint64_t write_to_all_pages(void)
{
	volatile uint64_t done = 0;

	fathom_try
	{
		for (; done < COPIES * MACHINE_SIZE / PAGE; done++)
			machine_write_word(FAR_PLACE + done * PAGE, done);
	}
	fathom_catch(f)
	{
		assert_int_equal(f->reason, FATHOM_FAULT_VIEW_FULL);
	}
	return done;
}

static void what_is_kept_is_bounded(void **state)
{
	uint64_t i;

	(void)state;
	for (i = 0; i < COPIES; i++)
		fake_channel_map(&machine_fake, MACHINE_SPACE,
				 FAR_PLACE + i * MACHINE_SIZE, machine_memory,
				 MACHINE_SIZE);
	fathom_mark_writes();
	assert_int_equal(write_to_all_pages(), MOST_PAGES);
	fathom_discard_writes();
	for (i = 0; i < MACHINE_SIZE; i += PAGE)
		assert_int_equal(machine_word(FAR_PLACE + i),
				 original(MACHINE_START + i));
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, machine_set_up, machine_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(writes_are_taken_back),
		TEST(what_was_written_before_stays),
		TEST(without_a_mark_writes_stay),
		TEST(each_mark_begins_anew),
		TEST(writes_over_pages_are_taken_back),
		TEST(another_epoch_has_nothing_to_take_back),
		TEST(a_mark_outlives_a_refresh),
		TEST(pages_that_left_memory_are_taken_back),
		TEST(each_thread_takes_back_its_own),
		TEST(what_is_kept_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
