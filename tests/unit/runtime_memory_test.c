/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A view whose memory is limited: what leaves it comes back as it was. */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include <fathom/fault.h>
#include <fathom/target.h>

#include "access.h"
#include "child.h"
#include "runtime_machine.h"
#include "spill.h"
#include "target_state.h"
#include "view.h"

size_t fathom_read_space(unsigned long root, unsigned long address,
			 void *buffer, size_t size);

#define PAGE	4096ull
#define PAGES	(MACHINE_SIZE / PAGE)
#define LIMIT	(512ull << 10)
#define A_PLACE (MACHINE_START + 0x3008)

static int set_up(void **state)
{
	return machine_set_up(state) ||
	       fathom_view_limit_memory(fathom_default->view, LIMIT) != NULL;
}

static uint64_t evicted(void)
{
	struct fathom_statistics statistics;

	fathom_target_statistics(fathom_default, &statistics);
	return statistics.pages_evicted;
}

/* Everything, so that nothing that was there before is still in memory. */
static void read_all(void)
{
	uint64_t before = evicted();
	uint64_t i;

	for (i = 0; i < PAGES; i++)
		machine_load(MACHINE_START + i * PAGE, 8, NULL, NULL);
	assert_true(evicted() > before + PAGES / 2);
}

/* Kilobytes of files without a name that this process has in memory. */
static long file_memory(void)
{
	FILE *maps = fopen("/proc/self/smaps", "re");
	unsigned long start, end;
	bool nameless = false;
	char line[4096];
	long sum = 0;
	long size;

	assert_non_null(maps);
	while (fgets(line, sizeof(line), maps)) {
		/* The first line of each mapping begins with its addresses. */
		if (sscanf(line, "%lx-%lx ", &start, &end) == 2)
			nameless = strstr(line, " (deleted)");
		if (nameless && sscanf(line, "Rss: %ld", &size) == 1)
			sum += size;
	}
	fclose(maps);
	return sum;
}

static void memory_stays_below_the_limit(void **state)
{
	long most = 0;
	uint64_t i;

	(void)state;
	for (i = 0; i < 3 * PAGES; i++) {
		/* Not one after another, but each. */
		uint64_t address = MACHINE_START + i * 577 % PAGES * PAGE;
		long now;

		assert_memory_equal(machine_load(address, 4096, NULL, NULL),
				    machine_at(address), 4096);
		now = i % 32 ? 0 : file_memory();
		most = now > most ? now : most;
	}
	assert_in_range(most, LIMIT >> 12, LIMIT >> 10);
}

static void nothing_is_fetched_again(void **state)
{
	size_t calls;

	(void)state;
	read_all();
	calls = machine_fake.calls;
	read_all();
	read_all();
	assert_int_equal(machine_fake.calls, calls);
}

static void an_epoch_is_still_one_picture(void **state)
{
	uint64_t was = machine_word(A_PLACE);

	(void)state;
	machine_put(A_PLACE, was + 1);
	read_all();
	assert_int_equal(machine_word(A_PLACE), was);
	assert_null(fathom_target_refresh(fathom_default));
	assert_int_equal(machine_word(A_PLACE), was + 1);
}

#define PROCESSES 12000ull
#define A_STACK	  0x7ffc00001000ull

static uint64_t read_process(uint64_t number)
{
	uint64_t value = 0;

	/* On two pages. */
	assert_int_equal(fathom_read_space((number + 16) * PAGE,
					   A_STACK + PAGE - 4, &value, 8),
			 8);
	return value;
}

static size_t count_mappings(void)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	size_t count = 0;
	int byte;

	assert_non_null(maps);
	while ((byte = getc(maps)) != EOF)
		count += byte == '\n';
	fclose(maps);
	return count;
}

static void processes_need_no_mappings(void **state)
{
	static uint8_t stack[2 * PAGE];
	uint64_t was = 0x1122334455667788;
	uint64_t is = ~was;
	size_t mappings;
	size_t calls;
	uint64_t i;

	(void)state;
	fathom_target_close(fathom_default);
	assert_int_equal(machine_set_up(NULL), 0);
	assert_null(fathom_view_limit_memory(fathom_default->view, 16 << 20));
	fake_channel_map(&machine_fake, FAKE_EACH_SPACE, A_STACK, stack,
			 sizeof(stack));
	memcpy(stack + PAGE - 4, &was, 8);
	mappings = count_mappings();
	for (i = 0; i < PROCESSES; i++)
		assert_int_equal(read_process(i), was);
	assert_in_range(count_mappings(), mappings, mappings + 64);
	assert_in_range(file_memory(), 1, 16 << 10);
	/* Most of them are in a file by now, and all are one picture. */
	memcpy(stack + PAGE - 4, &is, 8);
	calls = machine_fake.calls;
	for (i = 0; i < PROCESSES; i++)
		assert_int_equal(read_process(i), was);
	assert_int_equal(machine_fake.calls, calls);
	assert_true(evicted() > PROCESSES);
	assert_null(fathom_target_refresh(fathom_default));
	assert_int_equal(read_process(0), is);
}

static void what_the_program_holds_stays_good(void **state)
{
	uint64_t start = MACHINE_START + 0x3000;
	const uint8_t *object = machine_load(start, 3 * PAGE, NULL, NULL);
	const uint8_t *across =
		machine_load(MACHINE_BOUNDARY - 100, 200, NULL, NULL);

	(void)state;
	read_all();
	assert_memory_equal(object, machine_at(start), 3 * PAGE);
	assert_memory_equal(across, machine_at(MACHINE_BOUNDARY - 100), 200);
	assert_null(fathom_target_refresh(fathom_default));
	assert_memory_equal(object, machine_at(start), 3 * PAGE);
	assert_memory_equal(across, machine_at(MACHINE_BOUNDARY - 100), 200);
}

static void what_was_written_stays_written(void **state)
{
	uint64_t across = MACHINE_BOUNDARY - 16;
	uint64_t value;

	(void)state;
	fathom_view_set_written(fathom_default->view);
	machine_load(across, 32, NULL, NULL);
	machine_write_word(A_PLACE, 42);
	machine_write_word(across, 43);
	read_all();
	assert_int_equal(machine_word(A_PLACE), 42);
	memcpy(&value, machine_load(across, 32, NULL, NULL), sizeof(value));
	assert_int_equal(value, 43);
}

static void unmapped_stays_unmapped(void **state)
{
	volatile enum fathom_fault_reason reason = 0;

	(void)state;
	fathom_try
	{
		read_all();
		machine_load(MACHINE_END, 8, NULL, NULL);
	}
	fathom_catch(f)
	{
		reason = f->reason;
	}
	assert_int_equal(reason, FATHOM_FAULT_NOT_MAPPED);
}

static void an_object_that_never_fits_is_a_fault(void **state)
{
	volatile enum fathom_fault_reason reason = 0;
	size_t length;

	(void)state;
	fathom_try
	{
		machine_load(MACHINE_START, LIMIT, NULL, NULL);
	}
	fathom_catch(f)
	{
		reason = f->reason;
	}
	assert_int_equal(reason, FATHOM_FAULT_VIEW_FULL);
	/* What can be had in pieces is. */
	assert_null(__fathom_span(MACHINE_START, MACHINE_START, PAGES - 1, PAGE,
				  8));
	fathom_access_run((const void *)MACHINE_START, LIMIT, &length, NULL);
	assert_in_range(length, PAGE, LIMIT);
}

static void any_length_is_read_in_pieces(void **state)
{
	uint8_t *buffer = malloc(MACHINE_SIZE);

	(void)state;
	assert_null(fathom_target_read(fathom_default, MACHINE_START, buffer,
				       MACHINE_SIZE));
	assert_memory_equal(buffer, machine_memory, MACHINE_SIZE);
	assert_true(evicted() > 0);
	free(buffer);
}

static struct fathom_fault last;

static void load_or_note(uint64_t address)
{
	fathom_try
	{
		machine_load(address, 8, NULL, NULL);
	}
	fathom_catch(f)
	{
		last = *f;
	}
}

static void made_up_addresses_are_a_fault(void **state)
{
	uint64_t i;

	(void)state;
	/* Each in a gigabyte of its own, which takes memory that stays. */
	for (i = 0; i < 1024 && last.reason != FATHOM_FAULT_VIEW_FULL; i++)
		load_or_note(0xffff800000000000 + (i << 30));
	assert_int_equal(last.reason, FATHOM_FAULT_VIEW_FULL);
	assert_non_null(strstr(last.message, "--max-memory is too small"));
	assert_null(fathom_target_refresh(fathom_default));
	assert_memory_equal(machine_load(A_PLACE, 8, NULL, NULL),
			    machine_at(A_PLACE), 8);
}

static void too_little_is_refused(void **state)
{
	struct fathom_error *error =
		fathom_view_limit_memory(fathom_default->view, 100 << 10);

	(void)state;
	assert_int_equal(error->code, FATHOM_ERROR_INVALID_ARGUMENT);
	assert_non_null(strstr(error->message, "--max-memory"));
	fathom_error_destroy(error);
}

static void a_folder_for_the_rest_is_needed(void **state)
{
	struct fathom_error *error;

	(void)state;
	setenv("TMPDIR", "/nonexistent", 1);
	error = fathom_view_limit_memory(fathom_default->view, LIMIT);
	unsetenv("TMPDIR");
	assert_non_null(error);
	assert_non_null(strstr(error->message, "/nonexistent"));
	fathom_error_destroy(error);
}

static void read_without_room(void)
{
	struct rlimit limit = {.rlim_cur = 1 << 20, .rlim_max = 1 << 20};

	signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_FSIZE, &limit))
		abort();
	machine_load(A_PLACE, 8, NULL, NULL);
}

static void no_room_for_the_rest_is_a_fault(void **state)
{
	struct child_result child = child_run(read_without_room);

	(void)state;
	assert_int_equal(child.status, FATHOM_EXIT_FAULT);
	assert_non_null(strstr(child.errors, "no room is left in TMPDIR"));
}

static void write_in_child(void)
{
	uint64_t i;

	/* Its own pages, wherever they are. */
	for (i = 0; i < PAGES; i++)
		machine_write_word(MACHINE_START + i * PAGE, 77);
	if (machine_word(MACHINE_START) != 77)
		abort();
}

static void a_full_disk_is_noticed(void **state)
{
	int file;

	(void)state;
	assert_null(fathom_spill_open(&file));
	assert_true(fathom_spill_has_room(file, PAGE));
	assert_false(fathom_spill_has_room(file, 1ull << 62));
	close(file);
}

static void a_child_has_a_view_of_its_own(void **state)
{
	struct child_result child;
	uint64_t i;

	(void)state;
	fathom_view_set_written(fathom_default->view);
	for (i = 0; i < PAGES; i += 2)
		machine_load(MACHINE_START + i * PAGE, 8, NULL, NULL);
	child = child_run(write_in_child);
	assert_string_equal(child.errors, "");
	assert_int_equal(child.status, 0);
	for (i = 0; i < PAGES; i++)
		assert_memory_equal(
			machine_load(MACHINE_START + i * PAGE, 8, NULL, NULL),
			machine_at(MACHINE_START + i * PAGE), 8);
}

#define READERS 4

static void *read_on(void *arg)
{
	unsigned int seed = (unsigned int)(uintptr_t)arg;
	uintptr_t wrong = 0;
	uint64_t i;

	for (i = 0; i < 4 * PAGES; i++) {
		uint64_t page = (uint64_t)rand_r(&seed) % (PAGES - 1);
		uint64_t address = MACHINE_START + page * PAGE + PAGE - 8;

		wrong += memcmp(machine_load(address, 16, NULL, NULL),
				machine_at(address), 16) != 0;
	}
	return (void *)wrong;
}

static void threads_share_the_memory(void **state)
{
	pthread_t threads[READERS];
	void *wrong;
	size_t i;

	(void)state;
	for (i = 0; i < READERS; i++)
		pthread_create(&threads[i], NULL, read_on, (void *)i);
	for (i = 0; i < READERS; i++) {
		pthread_join(threads[i], &wrong);
		assert_null(wrong);
	}
	assert_true(evicted() > 0);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, set_up, machine_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(memory_stays_below_the_limit),
		TEST(nothing_is_fetched_again),
		TEST(an_epoch_is_still_one_picture),
		TEST(processes_need_no_mappings),
		TEST(what_the_program_holds_stays_good),
		TEST(what_was_written_stays_written),
		TEST(unmapped_stays_unmapped),
		TEST(an_object_that_never_fits_is_a_fault),
		TEST(any_length_is_read_in_pieces),
		TEST(made_up_addresses_are_a_fault),
		TEST(too_little_is_refused),
		TEST(a_folder_for_the_rest_is_needed),
		TEST(no_room_for_the_rest_is_a_fault),
		TEST(a_full_disk_is_noticed),
		TEST(a_child_has_a_view_of_its_own),
		TEST(threads_share_the_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
