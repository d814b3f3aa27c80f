/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* READ: vectors, page crossings, partial results, limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "agent_machine.h"

#include <cmocka.h>

#define DATA	  MACHINE_FREE
#define ITEMS_MAX 1100

/* Two virtual pages in a row, physically far apart; the third is unmapped. */
static struct machine *two_pages(void **state)
{
	struct machine *machine = *state;
	uint64_t root = machine->cpus[0].cr3;
	unsigned int i;

	machine_map(machine, root, 4, KERNEL_TEXT, DATA + 0x5000, 1);
	machine_map(machine, root, 4, KERNEL_TEXT + 4096, DATA, 1);
	for (i = 0; i < 4096; i++) {
		machine->ram[DATA + 0x5000 + i] = (uint8_t)(i * 7);
		machine->ram[DATA + i] = (uint8_t)(i * 11 + 3);
	}
	return machine;
}

static void crosses_pages(void **state)
{
	struct machine *machine = two_pages(state);
	struct fathom_wire_read_result result;
	const uint8_t *data;
	unsigned int i;

	data = machine_read(machine, FATHOM_SPACE_KERNEL, KERNEL_TEXT + 4000,
			    200, &result);
	assert_int_equal(result.status, FATHOM_WIRE_OK);
	assert_int_equal(result.length, 200);
	for (i = 0; i < 96; i++)
		assert_int_equal(data[i], (uint8_t)((4000 + i) * 7));
	for (i = 96; i < 200; i++)
		assert_int_equal(data[i], (uint8_t)((i - 96) * 11 + 3));
}

static void partial_at_unmapped_page(void **state)
{
	struct machine *machine = two_pages(state);
	struct fathom_wire_read_result result;
	const uint8_t *data;

	data = machine_read(machine, FATHOM_SPACE_KERNEL, KERNEL_TEXT + 8190,
			    100, &result);
	assert_int_equal(result.status, FATHOM_WIRE_NOT_MAPPED);
	assert_int_equal(result.length, 2);
	assert_memory_equal(data, machine->ram + DATA + 4094, 2);
}

static void partial_where_ram_ends(void **state)
{
	struct machine *machine = *state;
	struct fathom_wire_read_result result;

	/* In the middle of a page, too. */
	machine->ranges[1].size -= 0x800;
	machine_read(machine, FATHOM_SPACE_PHYSICAL, MACHINE_END - 0x1000,
		     0x1000, &result);
	assert_int_equal(result.status, FATHOM_WIRE_NOT_RAM);
	assert_int_equal(result.length, 0x800);
	machine_read(machine, FATHOM_SPACE_PHYSICAL, MACHINE_LOW_END - 16, 4096,
		     &result);
	assert_int_equal(result.status, FATHOM_WIRE_NOT_RAM);
	assert_int_equal(result.length, 16);
	machine_read(machine, FATHOM_SPACE_PHYSICAL, MACHINE_LOW_END, 1,
		     &result);
	assert_int_equal(result.status, FATHOM_WIRE_NOT_RAM);
	assert_int_equal(result.length, 0);
}

static void excluded_memory_is_not_read(void **state)
{
	struct machine *machine = *state;
	struct fathom_wire_read_result result;

	machine->agent.excluded_count = 1;
	machine->excluded[0].start = DATA + 0x1800;
	machine->excluded[0].size = 0x1000;
	machine_read(machine, FATHOM_SPACE_PHYSICAL, DATA, 0x4000, &result);
	assert_int_equal(result.status, FATHOM_WIRE_NOT_RAM);
	assert_int_equal(result.length, 0x1800);
	machine_read(machine, FATHOM_SPACE_PHYSICAL, DATA + 0x27ff, 1, &result);
	assert_int_equal(result.status, FATHOM_WIRE_NOT_RAM);
	machine_read(machine, FATHOM_SPACE_PHYSICAL, DATA + 0x2800, 1, &result);
	assert_int_equal(result.status, FATHOM_WIRE_OK);
}

static void page_missing_from_dump(void **state)
{
	struct machine *machine = two_pages(state);
	struct fathom_wire_read_result result;

	machine->missing = DATA;
	machine_read(machine, FATHOM_SPACE_KERNEL, KERNEL_TEXT, 8192, &result);
	assert_int_equal(result.status, FATHOM_WIRE_NOT_RAM);
	assert_int_equal(result.length, 4096);
	machine->gone = true;
	machine_read(machine, FATHOM_SPACE_KERNEL, KERNEL_TEXT, 8192, &result);
	assert_int_equal(result.status, FATHOM_WIRE_TARGET_GONE);
	assert_int_equal(result.length, 0);
}

static void length_zero_needs_no_mapping(void **state)
{
	struct fathom_wire_read_result result;

	machine_read(*state, FATHOM_SPACE_KERNEL, KERNEL_TEXT, 0, &result);
	assert_int_equal(result.status, FATHOM_WIRE_OK);
	assert_int_equal(result.length, 0);
}

static void addresses_do_not_wrap(void **state)
{
	struct machine *machine = *state;
	struct fathom_wire_read_result result;

	/* The top page is mapped, and so is the bottom one. */
	machine_map(machine, machine->cpus[0].cr3, 4, UINT64_MAX - 4095, DATA,
		    1);
	machine_map(machine, machine->cpus[0].cr3, 4, 0, DATA, 1);
	machine_read(machine, FATHOM_SPACE_KERNEL, UINT64_MAX - 7, 8, &result);
	assert_int_equal(result.status, FATHOM_WIRE_OK);
	machine_read(machine, FATHOM_SPACE_KERNEL, UINT64_MAX - 7, 16, &result);
	assert_int_equal(result.status, FATHOM_WIRE_NON_CANONICAL);
	assert_int_equal(result.length, 8);
	machine_read(machine, FATHOM_SPACE_PHYSICAL, UINT64_MAX, 2, &result);
	assert_int_equal(result.status, FATHOM_WIRE_NOT_RAM);
	assert_int_equal(result.length, 0);
}

static void across_the_canonical_hole(void **state)
{
	struct machine *machine = *state;
	struct fathom_wire_read_result result;

	machine_map(machine, machine->cpus[0].cr3, 4,
		    UINT64_C(0x00007ffffffff000), DATA, 1);
	machine_read(machine, FATHOM_SPACE_KERNEL, UINT64_C(0x00007ffffffffffc),
		     8, &result);
	assert_int_equal(result.status, FATHOM_WIRE_NON_CANONICAL);
	assert_int_equal(result.length, 4);
}

struct vector {
	struct fathom_wire_read read;
	struct fathom_wire_read_item items[ITEMS_MAX];
};

static size_t vector_size(uint32_t count)
{
	return sizeof(struct fathom_wire_read) +
	       count * sizeof(struct fathom_wire_read_item);
}

static void status_per_item(void **state)
{
	struct machine *machine = two_pages(state);
	static const struct fathom_wire_read_item items[] = {
		{FATHOM_SPACE_KERNEL, KERNEL_TEXT, 3, 0},
		{FATHOM_SPACE_KERNEL, KERNEL_TEXT + 8192, 5, 0},
		{FATHOM_SPACE_PHYSICAL, DATA, 5, 0},
		{FATHOM_SPACE_PHYSICAL, 0xa0000, 1, 0},
		{3, KERNEL_TEXT, 1, 0},
		{FATHOM_SPACE_KERNEL, UINT64_C(0x8000000000000000), 1, 0},
		{FATHOM_SPACE_KERNEL, KERNEL_TEXT, UINT32_MAX, 0},
		{FATHOM_SPACE_KERNEL, KERNEL_TEXT + 4094, 4, 0},
	};
	static const struct fathom_wire_read_result expected[] = {
		{FATHOM_WIRE_OK, 3},	    {FATHOM_WIRE_NOT_MAPPED, 0},
		{FATHOM_WIRE_OK, 5},	    {FATHOM_WIRE_NOT_RAM, 0},
		{FATHOM_WIRE_BAD_TABLE, 0}, {FATHOM_WIRE_NON_CANONICAL, 0},
		{FATHOM_WIRE_TOO_LARGE, 0}, {FATHOM_WIRE_OK, 4},
	};
	struct fathom_wire_read_reply header;
	struct fathom_wire_header message;
	struct vector vector = {.read = {8, 0}};
	const uint8_t *data;
	const uint8_t *reply;

	memcpy(vector.items, items, sizeof(items));
	reply = machine_request(machine, FATHOM_WIRE_READ, &vector,
				vector_size(8), FATHOM_WIRE_MAX_REPLY,
				&message);
	assert_non_null(reply);
	memcpy(&header, reply, sizeof(header));
	assert_int_equal(header.done, 8);
	assert_memory_equal(reply + sizeof(header), expected, sizeof(expected));
	data = reply + sizeof(header) + sizeof(expected);
	assert_int_equal(message.length, data + 12 - reply);
	assert_memory_equal(data, machine->ram + DATA + 0x5000, 3);
	assert_memory_equal(data + 3, machine->ram + DATA, 5);
	assert_memory_equal(data + 8, machine->ram + DATA + 0x5000 + 4094, 2);
	assert_memory_equal(data + 10, machine->ram + DATA, 2);
}

static uint32_t done_of(const uint8_t *reply)
{
	struct fathom_wire_read_reply header;

	assert_non_null(reply);
	memcpy(&header, reply, sizeof(header));
	return header.done;
}

/* Ask again for the rest until all is there. */
static void continuation(void **state)
{
	struct machine *machine = *state;
	struct fathom_wire_header message;
	struct vector vector = {0};
	uint32_t left = 100;
	uint32_t calls = 0;
	uint32_t i;

	while (left) {
		uint32_t done;

		vector.read.count = left;
		for (i = 0; i < left; i++) {
			vector.items[i] = (struct fathom_wire_read_item){
				FATHOM_SPACE_PHYSICAL, DATA, 1000, 0};
		}
		done = done_of(machine_request(machine, FATHOM_WIRE_READ,
					       &vector, vector_size(left), 8192,
					       &message));
		assert_in_range(done, 1, left);
		assert_int_equal(message.length, 8 + done * 1008);
		left -= done;
		calls++;
	}
	/* 8 items of 1008 bytes fit into 8192 bytes with the headers. */
	assert_int_equal(calls, 13);
}

static void one_item_as_large_as_possible(void **state)
{
	struct machine *machine = *state;
	struct fathom_wire_header message;
	struct fathom_wire_read_result result;
	struct vector vector = {.read = {1, 0}};
	uint32_t room = 5000 - sizeof(message) - 8 - sizeof(result);
	const uint8_t *reply;

	vector.items[0] = (struct fathom_wire_read_item){FATHOM_SPACE_PHYSICAL,
							 DATA, room, 0};
	reply = machine_request(machine, FATHOM_WIRE_READ, &vector,
				vector_size(1), 5000, &message);
	memcpy(&result, reply + 8, sizeof(result));
	assert_int_equal(result.status, FATHOM_WIRE_OK);
	assert_int_equal(result.length, room);
	vector.items[0].length++;
	reply = machine_request(machine, FATHOM_WIRE_READ, &vector,
				vector_size(1), 5000, &message);
	memcpy(&result, reply + 8, sizeof(result));
	assert_int_equal(result.status, FATHOM_WIRE_TOO_LARGE);
	assert_int_equal(result.length, 0);
}

/* However much room the caller offers. */
static void replies_keep_the_limit(void **state)
{
	struct machine *machine = *state;
	struct fathom_wire_read_result result;

	machine->agent.limits.max_reply = 8192;
	machine_read(machine, FATHOM_SPACE_PHYSICAL, DATA, 8192 - 32, &result);
	assert_int_equal(result.status, FATHOM_WIRE_OK);
	machine_read(machine, FATHOM_SPACE_PHYSICAL, DATA, 8192 - 31, &result);
	assert_int_equal(result.status, FATHOM_WIRE_TOO_LARGE);
}

static uint32_t read_status(struct machine *machine,
			    const struct vector *vector, size_t length,
			    size_t capacity)
{
	struct fathom_wire_header message;

	machine_request(machine, FATHOM_WIRE_READ, vector, length, capacity,
			&message);
	return message.status;
}

static void malformed(void **state)
{
	struct machine *machine = *state;
	struct vector *vector = calloc(1, sizeof(*vector));

	assert_non_null(vector);
	vector->read.count = 2;
	assert_int_equal(read_status(machine, vector, 0, 4096),
			 FATHOM_WIRE_MALFORMED);
	assert_int_equal(read_status(machine, vector, 7, 4096),
			 FATHOM_WIRE_MALFORMED);
	assert_int_equal(read_status(machine, vector, vector_size(1), 4096),
			 FATHOM_WIRE_MALFORMED);
	assert_int_equal(read_status(machine, vector, vector_size(3), 4096),
			 FATHOM_WIRE_MALFORMED);
	assert_int_equal(read_status(machine, vector, vector_size(2) + 1, 4096),
			 FATHOM_WIRE_MALFORMED);
	vector->read.reserved = 1;
	assert_int_equal(read_status(machine, vector, vector_size(2), 4096),
			 FATHOM_WIRE_MALFORMED);
	vector->read.reserved = 0;
	vector->items[1].reserved = 1;
	assert_int_equal(read_status(machine, vector, vector_size(2), 4096),
			 FATHOM_WIRE_MALFORMED);
	vector->items[1].reserved = 0;
	assert_int_equal(read_status(machine, vector, vector_size(2), 4096),
			 FATHOM_WIRE_OK);
	/* A count whose size wraps in 32 bits: 24 * 0xaaaaaaab = 8. */
	vector->read.count = 0xaaaaaaab;
	assert_int_equal(read_status(machine, vector, 8 + 8, 4096),
			 FATHOM_WIRE_MALFORMED);
	free(vector);
}

static void limits(void **state)
{
	struct machine *machine = *state;
	struct vector *vector = calloc(1, sizeof(*vector));

	assert_non_null(vector);
	vector->read.count = FATHOM_WIRE_MAX_ITEMS;
	assert_int_equal(read_status(machine, vector,
				     vector_size(FATHOM_WIRE_MAX_ITEMS),
				     FATHOM_WIRE_MAX_REPLY),
			 FATHOM_WIRE_OK);
	vector->read.count++;
	assert_int_equal(read_status(machine, vector,
				     vector_size(FATHOM_WIRE_MAX_ITEMS + 1),
				     FATHOM_WIRE_MAX_REPLY),
			 FATHOM_WIRE_TOO_LARGE);
	vector->read.count = 0;
	assert_int_equal(read_status(machine, vector, vector_size(0), 24),
			 FATHOM_WIRE_OK);
	assert_int_equal(read_status(machine, vector, vector_size(0), 23),
			 FATHOM_WIRE_TOO_LARGE);
	vector->read.count = 1;
	assert_int_equal(read_status(machine, vector, vector_size(1), 31),
			 FATHOM_WIRE_TOO_LARGE);
	assert_int_equal(read_status(machine, vector, vector_size(1), 32),
			 FATHOM_WIRE_OK);
	free(vector);
}

/* A cheap request must not become dear: 4 KiB pages of one item. */
static void neighbours_share_their_tables(void **state)
{
	struct machine *machine = *state;
	struct fathom_wire_read_result result;
	uint64_t root = machine->cpus[0].cr3;
	unsigned int i;

	for (i = 0; i < 64; i++)
		machine_map(machine, root, 4, KERNEL_TEXT + i * 4096, DATA, 1);
	machine->reads = 0;
	machine_read(machine, FATHOM_SPACE_KERNEL, KERNEL_TEXT, 64 * 4096,
		     &result);
	assert_int_equal(result.length, 64 * 4096);
	assert_int_equal(machine->reads, 3 + 2 * 64);
}

int main(void)
{
#define TEST(f) \
	cmocka_unit_test_setup_teardown(f, machine_setup, machine_teardown)
	const struct CMUnitTest tests[] = {
		TEST(crosses_pages),
		TEST(partial_at_unmapped_page),
		TEST(partial_where_ram_ends),
		TEST(excluded_memory_is_not_read),
		TEST(page_missing_from_dump),
		TEST(length_zero_needs_no_mapping),
		TEST(addresses_do_not_wrap),
		TEST(across_the_canonical_hole),
		TEST(status_per_item),
		TEST(continuation),
		TEST(one_item_as_large_as_possible),
		TEST(replies_keep_the_limit),
		TEST(malformed),
		TEST(limits),
		TEST(neighbours_share_their_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
