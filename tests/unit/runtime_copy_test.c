/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Struct copies: no word of the target may become a pointer into here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include <fathom/fault.h>
#include <fathom/target.h>

#include "local_ranges.h"
#include "runtime_machine.h"
#include "sanitized.h"
#include "target_state.h"

#define HERE MACHINE_START

static int set_up(void **state)
{
	fathom_local_ranges_learn();
	return machine_set_up(state);
}

static void copy(void *dst, uint64_t src, size_t size, const char *shape)
{
	__fathom_copy(dst, (const void *)(uintptr_t)src, size, shape, NULL);
}

static void data_is_copied_as_it_is(void **state)
{
	uint64_t words[3];

	(void)state;
	machine_put(HERE, (uintptr_t)words);
	machine_put(HERE + 8, 0x7fffffffffffffff);
	machine_put(HERE + 16, 5);
	copy(words, HERE, 24, "...");
	assert_memory_equal(words, machine_at(HERE), 24);
}

static void pointers_into_the_lower_half_are_tagged(void **state)
{
	uint64_t words[5];

	(void)state;
	machine_put(HERE, 0);
	machine_put(HERE + 8, 1);
	machine_put(HERE + 16, 0x400000);
	machine_put(HERE + 24, 0xffff888000001000);
	machine_put(HERE + 32, 0x8000000000400000);
	copy(words, HERE, 40, "ppppp");
	assert_int_equal(words[0], 0);
	assert_int_equal(words[1], 1 | FATHOM_TAG_BIT);
	assert_int_equal(words[2], 0x400000 | FATHOM_TAG_BIT);
	assert_int_equal(words[3], 0xffff888000001000);
	assert_int_equal(words[4], 0x8000000000400000);
}

static int in_program = 1;

static void unknown_words_are_tagged_if_they_hit_us(void **state)
{
	int *in_heap = malloc(sizeof(int));
	int on_stack = 2;
	uint64_t words[8];
	size_t i;

	(void)state;
	machine_put(HERE, (uintptr_t)in_heap);
	machine_put(HERE + 8, (uintptr_t)&on_stack);
	machine_put(HERE + 16, (uintptr_t)&in_program);
	machine_put(HERE + 24, (uintptr_t)&malloc);
	machine_put(HERE + 32, 4711);
	machine_put(HERE + 40, 0x646e61736c6c6568); /* text */
	machine_put(HERE + 48, 0x0000000a0000000b); /* two ints */
	machine_put(HERE + 56, 0xffff888000001000);
	copy(words, HERE, 64, NULL);
	for (i = 0; i < 4; i++)
		assert_true(FATHOM_IS_TAGGED(words[i]));
	assert_int_equal(FATHOM_UNTAG(words[0]), (uintptr_t)in_heap);
	/* ASan's shadow memory takes up most small addresses. */
	if (!SANITIZED)
		assert_memory_equal(words + 4, machine_at(HERE + 32), 32);
	copy(words, HERE, 64, "????????");
	assert_true(FATHOM_IS_TAGGED(words[3]));
	free(in_heap);
}

static void what_is_mapped_later_is_expected_already(void **state)
{
	size_t size = 64 << 20;
	char *map =
		mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint64_t word;

	(void)state;
	machine_put(HERE, (uintptr_t)map + 128);
	copy(&word, HERE, 8, NULL);
	assert_true(FATHOM_IS_TAGGED(word));
	munmap(map, size);
}

static void a_type_longer_than_its_shape_is_unknown(void **state)
{
	uint64_t words[3];

	(void)state;
	machine_put(HERE, 0x400000);
	machine_put(HERE + 8, (uintptr_t)words);
	machine_put(HERE + 16, (uintptr_t)words);
	copy(words, HERE, 24, "p");
	assert_int_equal(words[0], 0x400000 | FATHOM_TAG_BIT);
	assert_true(FATHOM_IS_TAGGED(words[1]));
	assert_true(FATHOM_IS_TAGGED(words[2]));
}

static void words_are_found_at_any_alignment(void **state)
{
	uint8_t bytes[40] __attribute__((aligned(8)));
	uint64_t word;

	(void)state;
	machine_put(HERE + 8, (uintptr_t)bytes);
	/* Aligned in the target's object, not in the copy. */
	copy(bytes + 3, HERE, 24, NULL);
	memcpy(&word, bytes + 3 + 8, 8);
	assert_int_equal(word, (uintptr_t)bytes | FATHOM_TAG_BIT);
	/* Aligned in the copy, where it would be loaded from. */
	memcpy((void *)machine_at(HERE + 0x2003), &(void *){bytes}, 8);
	copy(bytes, HERE + 0x2003, 16, NULL);
	memcpy(&word, bytes, 8);
	assert_int_equal(word, (uintptr_t)bytes | FATHOM_TAG_BIT);
	/* Less than a word after the last. */
	machine_put(HERE + 0x4000, 0x1111111111111111);
	machine_put(HERE + 0x4008, 0x2222222222222222);
	copy(bytes, HERE + 0x4000, 13, "p");
	memcpy(&word, bytes, 8);
	assert_int_equal(word, 0x1111111111111111 | FATHOM_TAG_BIT);
	assert_memory_equal(bytes + 8, machine_at(HERE + 0x4008), 5);
}

static void odd_sizes_cross_pages_and_chunks(void **state)
{
	static uint8_t bytes[300000];
	static const size_t sizes[] = {1, 7, 4095, 4097, 65537, 299999};
	static const uint64_t places[] = {MACHINE_START + 4091,
					  MACHINE_BOUNDARY - 3};
	size_t i;
	size_t j;

	(void)state;
	/* Nothing that looks like a pointer of ours: no top byte is 0. */
	memset(machine_memory, 0x5a, MACHINE_SIZE);
	for (i = 0; i < MACHINE_SIZE; i += 5)
		machine_memory[i] = (uint8_t)(i % 100 + 1);
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		for (j = 0; j < 2; j++) {
			copy(bytes, places[j], sizes[i], NULL);
			assert_memory_equal(bytes, machine_at(places[j]),
					    sizes[i]);
		}
	}
}

static void a_fault_leaves_the_copy_as_it_was(void **state)
{
	static uint8_t bytes[200000];
	static const size_t sizes[] = {16, 8192, 200000};
	volatile size_t i;
	volatile int caught = 0;

	(void)state;
	for (i = 0; i < 3; i++) {
		memset(bytes, 0x77, sizeof(bytes));
		fathom_try
		{
			copy(bytes, MACHINE_END - sizes[i] + 1, sizes[i], NULL);
		}
		fathom_catch(f)
		{
			caught++;
			assert_int_equal(f->reason, FATHOM_FAULT_NOT_MAPPED);
		}
		assert_int_equal(bytes[0], 0x77);
	}
	assert_int_equal(caught, 3);
}

static void local_copies_are_plain(void **state)
{
	uint64_t words[4] = {(uintptr_t)words, 2, 3, 4};

	(void)state;
	__fathom_copy(words + 1, words, 24, "ppp", NULL);
	assert_int_equal(words[1], (uintptr_t)words);
	assert_int_equal(words[2], 2);
	assert_int_equal(words[3], 3);
	__fathom_copy(NULL, NULL, 0, NULL, NULL);
}

static void the_target_is_no_destination(void **state)
{
	volatile int caught = 0;
	uint64_t word = 0;

	(void)state;
	fathom_try
	{
		__fathom_copy((void *)HERE, &word, 8, NULL, NULL);
	}
	fathom_catch(f)
	{
		caught++;
		assert_int_equal(f->reason, FATHOM_FAULT_NOT_LOCAL);
	}
	assert_int_equal(caught, 1);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, set_up, machine_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(data_is_copied_as_it_is),
		TEST(pointers_into_the_lower_half_are_tagged),
		TEST(unknown_words_are_tagged_if_they_hit_us),
		TEST(what_is_mapped_later_is_expected_already),
		TEST(a_type_longer_than_its_shape_is_unknown),
		TEST(words_are_found_at_any_alignment),
		TEST(odd_sizes_cross_pages_and_chunks),
		TEST(a_fault_leaves_the_copy_as_it_was),
		TEST(local_copies_are_plain),
		TEST(the_target_is_no_destination),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
