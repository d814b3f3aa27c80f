/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The read path: TLB, slow path, view, epochs; in one thread and in many. */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include <cmocka.h>

#include <fathom/fault.h>
#include <fathom/target.h>

#include "access.h"
#include "child.h"
#include "client.h"
#include "runtime_machine.h"
#include "sanitized.h"
#include "target_state.h"
#include "thread.h"
#include "view.h"

size_t fathom_read_space(unsigned long root, unsigned long address,
			 void *buffer, size_t size);

/* The reason of the fault that a load raises, 0 if none. */
static enum fathom_fault_reason fault_of(uint64_t address, uint64_t size)
{
	volatile enum fathom_fault_reason reason = 0;

	fathom_try
	{
		machine_load(address, size, NULL, NULL);
	}
	fathom_catch(f)
	{
		reason = f->reason;
	}
	return reason;
}

static void a_page_hits_after_its_first_load(void **state)
{
	uint64_t address = MACHINE_START + 0x5008;
	const uint64_t *value;
	bool hit;

	(void)state;
	value = machine_load(address, 8, NULL, &hit);
	assert_false(hit);
	assert_memory_equal(value, machine_at(address), 8);
	value = machine_load(address + 0xff0, 8, NULL, &hit);
	assert_true(hit);
	assert_memory_equal(value, machine_at(address + 0xff0), 8);
	value = machine_load(address - 8, 8, NULL, &hit);
	assert_true(hit);
	assert_memory_equal(value, machine_at(address - 8), 8);
}

static void a_crossing_access_misses_but_is_whole(void **state)
{
	uint64_t address = MACHINE_START + 0x5ffc;
	const void *value;
	size_t calls;
	bool hit;

	(void)state;
	machine_load(address, 4, NULL, NULL);
	value = machine_load(address, 8, NULL, &hit);
	assert_false(hit);
	assert_memory_equal(value, machine_at(address), 8);
	/* Both pages are in the TLB now: neither lock nor agent is needed. */
	calls = machine_fake.calls;
	fathom_threads_stop();
	value = machine_load(address, 8, NULL, &hit);
	fathom_threads_resume();
	assert_false(hit);
	assert_memory_equal(value, machine_at(address), 8);
	assert_int_equal(machine_fake.calls, calls);
	machine_load(address + 4, 4, NULL, &hit);
	assert_true(hit);
}

static void long_objects_are_contiguous(void **state)
{
	(void)state;
	assert_memory_equal(
		machine_load(MACHINE_START + 123, 3 << 20, NULL, NULL),
		machine_at(MACHINE_START + 123), 3 << 20);
}

static void objects_straddle_chunks(void **state)
{
	uint64_t address;
	bool hit;

	(void)state;
	for (address = MACHINE_BOUNDARY - 100; address < MACHINE_BOUNDARY;
	     address += 33) {
		const void *value = machine_load(address, 5000, NULL, &hit);

		assert_false(hit);
		assert_memory_equal(value, machine_at(address), 5000);
	}
	/* The copy for the straddling object did not get into the TLB. */
	assert_memory_equal(machine_load(MACHINE_BOUNDARY - 8, 8, NULL, NULL),
			    machine_at(MACHINE_BOUNDARY - 8), 8);
	assert_memory_equal(machine_load(MACHINE_BOUNDARY, 8, NULL, NULL),
			    machine_at(MACHINE_BOUNDARY), 8);
	assert_int_equal(fault_of(MACHINE_BOUNDARY - 8, 2 << 20),
			 FATHOM_FAULT_NOT_MAPPED);
}

static void writes_last_until_the_epoch_ends(void **state)
{
	uint64_t address = MACHINE_START + 0x5ffc; /* on two pages */
	uint64_t was = machine_word(address);

	(void)state;
	fathom_view_set_written(fathom_default->view);
	machine_write_word(address, was + 1);
	assert_int_equal(machine_word(address), was + 1);
	assert_memory_equal(machine_at(address), &was, 8);
	assert_null(fathom_target_refresh(fathom_default));
	assert_int_equal(machine_word(address), was);
}

static void writes_are_seen_where_objects_straddle_chunks(void **state)
{
	uint64_t before = MACHINE_BOUNDARY - 16;
	uint64_t after = MACHINE_BOUNDARY + 8;
	volatile enum fathom_fault_reason reason = 0;
	const uint8_t *object;
	uint64_t value;

	(void)state;
	fathom_view_set_written(fathom_default->view);
	machine_load(before, 32, NULL, NULL);
	machine_write_word(before, 1);
	machine_write_word(after, 2);
	object = machine_load(before, 32, NULL, NULL);
	memcpy(&value, object, 8);
	assert_int_equal(value, 1);
	memcpy(&value, object + 24, 8);
	assert_int_equal(value, 2);
	assert_null(__fathom_span(0, before, 3, 8, 8));
	assert_non_null(__fathom_span(0, after, 3, 8, 8));
	fathom_try
	{
		machine_write_word(MACHINE_BOUNDARY - 4, 3);
	}
	fathom_catch(f)
	{
		reason = f->reason;
	}
	assert_int_equal(reason, FATHOM_FAULT_NOT_LOCAL);
}

static void an_object_of_gigabytes_is_refused(void **state)
{
	(void)state;
	assert_int_equal(fault_of(MACHINE_START, 3ull << 30),
			 FATHOM_FAULT_VIEW_FULL);
	/* Addresses alone do not make it work: it is not mapped. */
	assert_int_equal(fault_of(MACHINE_START, 1ull << 30),
			 FATHOM_FAULT_NOT_MAPPED);
}

static void refuses_what_is_no_kernel_address(void **state)
{
	static const struct {
		uint64_t address;
		uint64_t size;
		enum fathom_fault_reason reason;
	} cases[] = {
		{0, 1, FATHOM_FAULT_NULL},
		{8, 8, FATHOM_FAULT_NULL},
		{4095, 1, FATHOM_FAULT_NULL},
		{4094, 8, FATHOM_FAULT_NULL},
		{4096, 8, FATHOM_FAULT_USER},
		{0x7fffffffffff, 1, FATHOM_FAULT_USER},
		{0x400000, 4, FATHOM_FAULT_USER},
		{0x8000000000400000, 4, FATHOM_FAULT_USER},
		{0x80007fffffffffff, 4, FATHOM_FAULT_USER},
		{0x7fffffffffffffff, 8, FATHOM_FAULT_USER},
		{0xff00000000000000, 8, FATHOM_FAULT_NON_CANONICAL},
		{0xffff7ffffffffff8, 8, FATHOM_FAULT_NON_CANONICAL},
		{0xdead000000000100, 8, FATHOM_FAULT_POISON},
		{0xdead000000000122, 8, FATHOM_FAULT_POISON},
		{0xdeacfffffffffff8, 8, FATHOM_FAULT_POISON},
		{0xffffffffffffffff, 1, FATHOM_FAULT_ERROR_POINTER},
		{0xffffffffffffffff, 8, FATHOM_FAULT_ERROR_POINTER},
		{0xfffffffffffff001, 8, FATHOM_FAULT_ERROR_POINTER},
		{0xfffffffffffff000, 8192, FATHOM_FAULT_NON_CANONICAL},
		{0xffffffff81000000, 8, FATHOM_FAULT_NOT_MAPPED},
	};
	size_t calls = machine_fake.calls;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enum fathom_fault_reason reason =
			fault_of(cases[i].address, cases[i].size);

		if (reason != cases[i].reason)
			fail_msg("%llx: %s",
				 (unsigned long long)cases[i].address,
				 fathom_fault_reason_string(reason));
	}
	/* Only the last one was worth a question. */
	assert_int_equal(machine_fake.calls, calls + 1);
}

static void five_levels_have_more_addresses(void **state)
{
	static struct fake_channel fake;
	struct fathom_target *target;

	(void)state;
	fake_channel_init(&fake);
	assert_null(fathom_target_create("fake:", &fake.channel,
					 0x5000 | FATHOM_SPACE_5_LEVEL,
					 &target));
	assert_int_equal(fathom_target_refuses(target, 0xff00000000000000, 8),
			 0);
	assert_int_equal(fathom_target_refuses(target, 0xfe00000000000000, 8),
			 FATHOM_FAULT_NON_CANONICAL);
	fathom_target_close(target);
}

static void no_thread_hits_before_it_loads(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < FATHOM_TLB_ENTRIES; i++)
		assert_int_equal(__fathom_tlb[i].tag, FATHOM_TLB_EMPTY);
}

static void *no_thread_hits_in_thread(void *arg)
{
	no_thread_hits_before_it_loads(arg);
	return NULL;
}

static void no_new_thread_hits(void **state)
{
	pthread_t thread;

	(void)state;
	machine_load(MACHINE_START, 8, NULL, NULL);
	pthread_create(&thread, NULL, no_thread_hits_in_thread, NULL);
	pthread_join(thread, NULL);
}

static void an_epoch_is_one_picture(void **state)
{
	uint64_t address = MACHINE_START + 0x3000;
	const uint64_t *old;
	const uint64_t *new;

	(void)state;
	machine_put(address, 1);
	old = machine_load(address, 8, NULL, NULL);
	assert_int_equal(*old, 1);
	machine_put(address, 2);
	assert_int_equal(*(uint64_t *)machine_load(address, 8, NULL, NULL), 1);
	assert_null(fathom_target_refresh(fathom_default));
	assert_int_equal(machine_fake.refreshes, 1);
	new = machine_load(address, 8, NULL, NULL);
	assert_int_equal(*new, 2);
	/* The previous epoch's memory is still there. */
	assert_int_equal(*old, 1);
}

static void an_unmapped_page_stays_so_for_the_epoch(void **state)
{
	static const uint8_t page[4096];
	size_t calls;

	(void)state;
	assert_int_equal(fault_of(MACHINE_END, 8), FATHOM_FAULT_NOT_MAPPED);
	fake_channel_map(&machine_fake, MACHINE_SPACE, MACHINE_END, page,
			 sizeof(page));
	calls = machine_fake.calls;
	assert_int_equal(fault_of(MACHINE_END, 8), FATHOM_FAULT_NOT_MAPPED);
	assert_int_equal(machine_fake.calls, calls);
	assert_null(fathom_target_refresh(fathom_default));
	assert_int_equal(fault_of(MACHINE_END, 8), 0);
}

static struct fathom_error *agent_breaks(void)
{
	return fathom_error_create(FATHOM_ERROR_PROTOCOL, "it broke");
}

static void an_agent_that_fails_is_asked_again(void **state)
{
	(void)state;
	machine_fake.fail = agent_breaks;
	assert_int_equal(fault_of(MACHINE_START, 8), FATHOM_FAULT_AGENT);
	machine_fake.fail = NULL;
	assert_int_equal(fault_of(MACHINE_START, 8), 0);
}

static void a_failed_refresh_keeps_the_epoch(void **state)
{
	struct fathom_error *error;

	(void)state;
	machine_load(MACHINE_START, 8, NULL, NULL);
	machine_fake.fail = agent_breaks;
	error = fathom_target_refresh(fathom_default);
	assert_non_null(error);
	fathom_error_destroy(error);
	assert_int_equal(fault_of(MACHINE_START, 8), 0);
}

static void a_restarted_kernel_is_noticed(void **state)
{
	struct fathom_error *error;

	(void)state;
	memcpy((void *)machine_at(MACHINE_START), "Linux version 6", 15);
	fathom_default->banner_address = MACHINE_START;
	fathom_default->info.banner = "Linux version 6";
	assert_null(fathom_target_refresh(fathom_default));
	/* Something else lies there now, or nothing. */
	*(uint8_t *)machine_at(MACHINE_START) = 'M';
	error = fathom_target_refresh(fathom_default);
	assert_int_equal(error->code, FATHOM_ERROR_TARGET);
	assert_string_equal(error->message, "fake:: the kernel is not where it "
					    "was: it has been restarted");
	fathom_error_destroy(error);
	fathom_default->banner_address = MACHINE_END;
	error = fathom_target_refresh(fathom_default);
	assert_int_equal(error->code, FATHOM_ERROR_TARGET);
	fathom_error_destroy(error);
}

static void sequential_readers_need_few_calls(void **state)
{
	size_t calls = machine_fake.calls;
	uint64_t address;

	(void)state;
	for (address = MACHINE_START; address < MACHINE_START + (4 << 20);
	     address += 4096)
		assert_memory_equal(machine_load(address, 8, NULL, NULL),
				    machine_at(address), 8);
	/* 1024 pages, 64 at a time once it is in full swing. */
	assert_true(machine_fake.calls - calls <= 24);
}

static void scattered_readers_fetch_no_more_than_they_touch(void **state)
{
	struct fathom_statistics before;
	struct fathom_statistics after;
	uint64_t address;

	(void)state;
	fathom_target_statistics(fathom_default, &before);
	for (address = MACHINE_START; address < MACHINE_START + (4 << 20);
	     address += 3 * 4096)
		machine_load(address, 8, NULL, NULL);
	fathom_target_statistics(fathom_default, &after);
	assert_int_equal(after.pages_fetched - before.pages_fetched, 342);
}

static void prefetching_into_nothing_is_no_fault(void **state)
{
	uint64_t address;

	(void)state;
	for (address = MACHINE_END - 64 * 4096; address < MACHINE_END;
	     address += 4096)
		machine_load(address, 8, NULL, NULL);
	assert_int_equal(fault_of(MACHINE_END, 1), FATHOM_FAULT_NOT_MAPPED);
}

static void spaces_are_apart(void **state)
{
	static const char user[8192] = "user memory";
	char buffer[64];

	(void)state;
	fake_channel_map(&machine_fake, 0x9000 | FATHOM_SPACE_4_LEVEL, 0x400000,
			 user, sizeof(user));
	assert_int_equal(fathom_read_space(0x9000, 0x400000, buffer, 12), 12);
	assert_string_equal(buffer, "user memory");
	assert_int_equal(fathom_read_space(0xa000, 0x400000, buffer, 12), 0);
	assert_int_equal(fathom_read_space(0, 0x400000, buffer, 12), 0);
	assert_int_equal(fathom_read_space(0x9001, 0x400000, buffer, 12), 0);
	/* Up to the first page that is not there. */
	assert_int_equal(fathom_read_space(0x9000, 0x401ff0, buffer, 64), 16);
	assert_int_equal(fathom_read_space(0x9000, ~0ul - 3, buffer, 64), 0);
	assert_int_equal(fault_of(0x400000, 8), FATHOM_FAULT_USER);
}

static void a_full_view_says_so(void **state)
{
	struct fathom_view_result result;
	struct fathom_view *view;
	uint8_t byte;
	uint64_t i;
	size_t done;

	(void)state;
	assert_null(fathom_view_create(fathom_default->client, 10, &view));
	fathom_thread_enter();
	for (i = 0; i < 6; i++) {
		result = fathom_view_read(view, MACHINE_SPACE,
					  MACHINE_START + i * 8192, &byte, 1,
					  &done);
		assert_int_equal(result.reason, 0);
	}
	result = fathom_view_read(view, MACHINE_SPACE,
				  MACHINE_START + (1 << 20), &byte, 1, &done);
	assert_int_equal(result.reason, FATHOM_FAULT_VIEW_FULL);
	assert_int_equal(done, 0);
	/* What is there stays; another chunk does not fit either. */
	result = fathom_view_read(view, MACHINE_SPACE, MACHINE_START, &byte, 1,
				  &done);
	assert_int_equal(result.reason, 0);
	result = fathom_view_read(view, MACHINE_SPACE, MACHINE_BOUNDARY, &byte,
				  1, &done);
	assert_int_equal(result.reason, FATHOM_FAULT_VIEW_FULL);
	fathom_thread_leave();
	fathom_view_destroy(view);
}

static void made_up_addresses_run_into_the_limit(void **state)
{
	enum fathom_fault_reason reason = 0;
	uint64_t i;

	(void)state;
	if (SANITIZED_THREAD) /* Its own mappings leave no room. */
		return;
	/* One load in each GiB of the upper half's 128 TiB. */
	for (i = 0; i < 128 * 1024 && reason != FATHOM_FAULT_VIEW_FULL; i++)
		reason = fault_of(0xffff800000000000 + (i << 30) + 64, 8);
	assert_int_equal(reason, FATHOM_FAULT_VIEW_FULL);
	assert_null(fathom_target_refresh(fathom_default));
	assert_int_equal(fault_of(MACHINE_START, 8), 0);
}

static void made_up_offsets_leave_mappings_for_others(void **state)
{
	enum fathom_fault_reason reason = 0;
	uint64_t i;
	void *map;

	(void)state;
	if (SANITIZED_THREAD) /* Its own mappings leave no room. */
		return;
	/* Every second block of 2 MiB: none can be merged with another. */
	for (i = 0; i < 64 * 1024 && reason != FATHOM_FAULT_VIEW_FULL; i++)
		reason = fault_of(0xffff800000000000 + (i << 22) + 64, 8);
	assert_int_equal(reason, FATHOM_FAULT_VIEW_FULL);
	map = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(map, MAP_FAILED);
	munmap(map, 4096);
	assert_null(fathom_target_refresh(fathom_default));
	assert_int_equal(fault_of(MACHINE_START, 8), 0);
}

static void read_with_little_memory(void)
{
	/* Counts writable mappings, touched or not, as overcommit does. */
	struct rlimit limit = {.rlim_cur = 64 << 20, .rlim_max = 64 << 20};

	if (setrlimit(RLIMIT_DATA, &limit))
		abort();
	machine_load(MACHINE_START, 8, NULL, NULL);
	machine_load(MACHINE_BOUNDARY - 8, 16, NULL, NULL);
}

static void reserved_addresses_are_not_memory(void **state)
{
	struct child_result child;

	(void)state;
	if (SANITIZED) /* Its own mappings are beyond any limit. */
		return;
	child = child_run(read_with_little_memory);
	assert_string_equal(child.errors, "");
	assert_int_equal(child.status, 0);
}

static void tools_read_any_length(void **state)
{
	uint8_t *buffer = malloc(MACHINE_SIZE + 1);
	struct fathom_error *error;

	(void)state;
	assert_null(fathom_target_read(fathom_default, MACHINE_START, buffer,
				       MACHINE_SIZE));
	assert_memory_equal(buffer, machine_memory, MACHINE_SIZE);
	error = fathom_target_read(fathom_default, MACHINE_START, buffer,
				   MACHINE_SIZE + 1);
	assert_int_equal(error->code, FATHOM_ERROR_FAULT);
	assert_int_equal(error->address, MACHINE_END);
	fathom_error_destroy(error);
	error = fathom_target_read(fathom_default, 0x1000, buffer, 1);
	assert_int_equal(error->code, FATHOM_ERROR_FAULT);
	fathom_error_destroy(error);
	error = fathom_target_read_space(fathom_default, 0x123, 0, buffer, 1);
	assert_int_equal(error->code, FATHOM_ERROR_INVALID_ARGUMENT);
	fathom_error_destroy(error);
	assert_null(fathom_target_read(fathom_default, 0, buffer, 0));
	free(buffer);
}

static void runs_end_where_memory_does(void **state)
{
	const void *end = (const void *)(MACHINE_END - 100);
	const void *local = &state;
	size_t length;

	assert_ptr_equal(fathom_access_run(local, 77, &length, NULL), local);
	assert_int_equal(length, 77);
	fathom_access_run(end, 1000000, &length, NULL);
	assert_int_equal(length, 100);
	end = (const void *)(MACHINE_END - 10000);
	assert_memory_equal(fathom_access_run(end, 1000000, &length, NULL),
			    machine_at(MACHINE_END - 10000), 10000);
	assert_int_equal(length, 10000);
	fathom_access_run((const void *)(MACHINE_BOUNDARY - 5000), 10000,
			  &length, NULL);
	assert_int_equal(length, 5000);
	assert_ptr_equal(fathom_access(NULL, 0, NULL), NULL);
}

static void spans_serve_loops(void **state)
{
	uint64_t start = MACHINE_START + 40;
	uint8_t local[16];
	uint8_t *got;

	(void)state;
	got = __fathom_span(start, start, 999, 64, 8);
	assert_memory_equal(got, machine_at(start), 999 * 64 + 8);
	got = __fathom_span(start, start + 64000, 1000, -64, 8);
	assert_memory_equal(got - 64000, machine_at(start), 64008);
	assert_ptr_equal(__fathom_span((uintptr_t)local, (uintptr_t)local + 4,
				       1ull << 60, 8, 8),
			 local + 4);
	assert_memory_equal(__fathom_span(start, start, 0, 0, 8),
			    machine_at(start), 8);
	/* Not all there, overflowing, too long, no kernel address. */
	assert_null(__fathom_span(start, start, 1 << 20, 64, 8));
	assert_null(__fathom_span(start, start, ~0ull, 1ll << 62, 8));
	assert_null(__fathom_span(start, start, ~0ull, -1, 8));
	assert_null(__fathom_span(start, start, 1, 8, 0));
	assert_null(__fathom_span(start, start, 0, 8, ~0ull));
	assert_null(__fathom_span(0, 0x1000, 10, 8, 8));
	assert_null(__fathom_span(start, 0x400000, 10, 8, 8));
	assert_null(__fathom_span(1ull << 63, (uintptr_t)local, 0, 8, 8));
}

/*
 * Threads that read while one refreshes: each object is of one epoch. What a
 * thread got must not be used after the refresh that follows the next, so
 * the test waits for all to have let go.
 */

#define READERS	  4
#define REFRESHES (SANITIZED_THREAD ? 200 / 10 : 200)

struct reader {
	pthread_t thread;
	atomic_uint rounds;
	atomic_uint wrong;
	unsigned int seed;
};

static atomic_bool stop;

static void *read_on(void *arg)
{
	struct reader *reader = arg;

	while (!atomic_load(&stop)) {
		uint64_t page = (uint64_t)rand_r(&reader->seed) % 256;
		uint64_t address = MACHINE_START + page * 4096;
		const uint64_t *words = machine_load(address, 16, NULL, NULL);

		if (words[0] != page || words[1] != ~page)
			atomic_fetch_add(&reader->wrong, 1);
		atomic_fetch_add(&reader->rounds, 1);
	}
	return NULL;
}

static void wait_for_next_round(struct reader *reader)
{
	unsigned int round = atomic_load(&reader->rounds);

	while (atomic_load(&reader->rounds) == round)
		sched_yield();
}

static void readers_and_refreshes(void **state)
{
	static struct reader readers[READERS];
	uint64_t page;
	size_t i;
	size_t j;

	(void)state;
	for (page = 0; page < 256; page++) {
		machine_put(MACHINE_START + page * 4096, page);
		machine_put(MACHINE_START + page * 4096 + 8, ~page);
	}
	atomic_store(&stop, false);
	for (i = 0; i < READERS; i++) {
		readers[i].seed = (unsigned int)i;
		pthread_create(&readers[i].thread, NULL, read_on, &readers[i]);
	}
	for (i = 0; i < REFRESHES; i++) {
		for (j = 0; j < READERS; j++)
			wait_for_next_round(&readers[j]);
		assert_null(fathom_target_refresh(fathom_default));
	}
	atomic_store(&stop, true);
	for (i = 0; i < READERS; i++) {
		pthread_join(readers[i].thread, NULL);
		assert_int_equal(readers[i].wrong, 0);
	}
}

/* A read in a signal handler is fine, unless it interrupts another one. */

static void read_in_handler(int number)
{
	(void)number;
	/* What a handler should not do is what this is about. */
	/* NOLINTNEXTLINE(bugprone-signal-handler) */
	machine_load(MACHINE_START, 8, NULL, NULL);
}

static void interrupt_a_read(void)
{
	signal(SIGUSR1, read_in_handler);
	raise(SIGUSR1);
	fathom_target_refresh(fathom_default);
	fathom_thread_enter();
	raise(SIGUSR1);
}

static void a_read_that_interrupts_another_is_told(void **state)
{
	struct child_result child;

	(void)state;
	if (SANITIZED_THREAD) /* It would deliver the signal after the read. */
		return;
	child = child_run(interrupt_a_read);
	assert_int_equal(child.status, FATHOM_EXIT_CRASH);
	assert_non_null(strstr(child.errors, "a signal handler reads"));
}

/* A child process reads on, whatever threads its parent had. */

static void read_in_child(void)
{
	machine_load(MACHINE_START + 8192, 8, NULL, NULL);
	if (fathom_target_refresh(fathom_default))
		abort();
	machine_load(MACHINE_START, 8, NULL, NULL);
}

static void *read_once(void *arg)
{
	pthread_barrier_t *barrier = arg;

	machine_load(MACHINE_START, 8, NULL, NULL);
	fathom_thread_enter();
	pthread_barrier_wait(barrier);
	pthread_barrier_wait(barrier);
	fathom_thread_leave();
	return NULL;
}

static void a_forked_child_reads_on(void **state)
{
	struct child_result child;
	pthread_barrier_t barrier;
	pthread_t thread;

	(void)state;
	machine_load(MACHINE_START, 8, NULL, NULL);
	pthread_barrier_init(&barrier, NULL, 2);
	pthread_create(&thread, NULL, read_once, &barrier);
	pthread_barrier_wait(&barrier);
	child = child_run(read_in_child);
	pthread_barrier_wait(&barrier);
	pthread_join(thread, NULL);
	pthread_barrier_destroy(&barrier);
	assert_int_equal(child.status, 0);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, machine_set_up, machine_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(no_thread_hits_before_it_loads),
		TEST(no_new_thread_hits),
		TEST(a_page_hits_after_its_first_load),
		TEST(a_crossing_access_misses_but_is_whole),
		TEST(long_objects_are_contiguous),
		TEST(objects_straddle_chunks),
		TEST(writes_last_until_the_epoch_ends),
		TEST(writes_are_seen_where_objects_straddle_chunks),
		TEST(an_object_of_gigabytes_is_refused),
		TEST(refuses_what_is_no_kernel_address),
		TEST(five_levels_have_more_addresses),
		TEST(an_epoch_is_one_picture),
		TEST(an_unmapped_page_stays_so_for_the_epoch),
		TEST(an_agent_that_fails_is_asked_again),
		TEST(a_failed_refresh_keeps_the_epoch),
		TEST(a_restarted_kernel_is_noticed),
		TEST(sequential_readers_need_few_calls),
		TEST(scattered_readers_fetch_no_more_than_they_touch),
		TEST(prefetching_into_nothing_is_no_fault),
		TEST(spaces_are_apart),
		TEST(a_full_view_says_so),
		TEST(made_up_addresses_run_into_the_limit),
		TEST(made_up_offsets_leave_mappings_for_others),
		TEST(reserved_addresses_are_not_memory),
		TEST(tools_read_any_length),
		TEST(runs_end_where_memory_does),
		TEST(spans_serve_loops),
		TEST(readers_and_refreshes),
		TEST(a_read_that_interrupts_another_is_told),
		TEST(a_forked_child_reads_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
