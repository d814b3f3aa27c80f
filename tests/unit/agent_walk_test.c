/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The page walk: what the processor would do, with hostile tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include "agent_machine.h"

#include <cmocka.h>

#define MARK UINT64_C(0x1122334455667788)
#define PAGE MACHINE_FREE

static uint64_t root_of(const struct machine *machine)
{
	return machine->cpus[0].cr3;
}

static uint64_t *entry_of(struct machine *machine, unsigned int level)
{
	return machine_entry(machine, root_of(machine), 4, KERNEL_TEXT, level);
}

/* KERNEL_TEXT -> PAGE by a 4 KiB page, which holds MARK. */
static struct machine *mapped(void **state)
{
	struct machine *machine = *state;

	machine_map(machine, root_of(machine), 4, KERNEL_TEXT, PAGE, 1);
	machine_store(machine, PAGE + 16, MARK);
	return machine;
}

static void four_levels(void **state)
{
	struct machine *machine = mapped(state);

	assert_int_equal(machine_load(machine, KERNEL_TEXT + 16), MARK);
	assert_int_equal(machine_status(machine, KERNEL_TEXT + 4096),
			 FATHOM_WIRE_NOT_MAPPED);
}

static void five_levels(void **state)
{
	struct machine *machine = *state;
	uint64_t address = UINT64_C(0xff11000000000000);

	machine->cpus[0].cr4 |= CR4_LA57;
	machine_map(machine, root_of(machine), 5, address, PAGE, 1);
	machine_store(machine, PAGE + 16, MARK);
	assert_int_equal(machine_load(machine, address + 16), MARK);
}

static void large_pages(void **state)
{
	struct machine *machine = *state;

	machine_map(machine, root_of(machine), 4, KERNEL_TEXT, 0x400000, 2);
	machine_store(machine, 0x400000 + 0x123456, MARK);
	assert_int_equal(machine_load(machine, KERNEL_TEXT + 0x123456), MARK);

	/* 1 GiB at 0: mostly a hole, but 4 MiB on there is RAM. */
	machine_map(machine, root_of(machine), 4, UINT64_C(0xffff888000000000),
		    0, 3);
	assert_int_equal(machine_load(machine, UINT64_C(0xffff888000523456)),
			 MARK);
	assert_int_equal(machine_status(machine, UINT64_C(0xffff8880000a0000)),
			 FATHOM_WIRE_NOT_RAM);
	assert_int_equal(machine_status(machine, UINT64_C(0xffff88803ffff000)),
			 FATHOM_WIRE_NOT_RAM);
}

/* Bit 12 of a large page's entry is its PAT bit, not part of the address. */
static void large_page_pat(void **state)
{
	struct machine *machine = *state;

	machine_map(machine, root_of(machine), 4, KERNEL_TEXT, 0x400000, 2);
	*entry_of(machine, 2) |= 0x1000;
	machine_store(machine, 0x400010, MARK);
	assert_int_equal(machine_load(machine, KERNEL_TEXT + 0x10), MARK);
}

static void canonical_by_mode(void **state)
{
	struct machine *machine = mapped(state);

	assert_int_equal(machine_status(machine, UINT64_C(0x0000800000000000)),
			 FATHOM_WIRE_NON_CANONICAL);
	assert_int_equal(machine_status(machine, UINT64_C(0xffff7ffffffff000)),
			 FATHOM_WIRE_NON_CANONICAL);
	assert_int_equal(machine_status(machine, UINT64_C(0x00007ffffffff000)),
			 FATHOM_WIRE_NOT_MAPPED);
	assert_int_equal(machine_status(machine, UINT64_C(0xff11000000000000)),
			 FATHOM_WIRE_NON_CANONICAL);
	machine->cpus[0].cr4 |= CR4_LA57;
	assert_int_equal(machine_status(machine, UINT64_C(0xff11000000000000)),
			 FATHOM_WIRE_NOT_MAPPED);
	assert_int_equal(machine_status(machine, UINT64_C(0x0100000000000000)),
			 FATHOM_WIRE_NON_CANONICAL);
	assert_int_equal(machine_status(machine, UINT64_C(0xfeff000000000000)),
			 FATHOM_WIRE_NON_CANONICAL);
	assert_int_equal(machine_status(machine, UINT64_C(0x00ff000000000000)),
			 FATHOM_WIRE_NOT_MAPPED);
}

static void entries_not_present(void **state)
{
	struct machine *machine = mapped(state);
	unsigned int level;

	for (level = 1; level <= 4; level++) {
		uint64_t *entry = entry_of(machine, level);

		*entry &= ~PRESENT;
		assert_int_equal(machine_status(machine, KERNEL_TEXT),
				 FATHOM_WIRE_NOT_MAPPED);
		*entry |= PRESENT;
		assert_int_equal(machine_status(machine, KERNEL_TEXT),
				 FATHOM_WIRE_OK);
	}
}

/* At each level: into the hole, past RAM, to the highest address. */
static void tables_outside_ram(void **state)
{
	static const uint64_t places[] = {
		0xa0000,
		MACHINE_END,
		UINT64_C(0x000ffffffffff000),
	};
	struct machine *machine = mapped(state);
	unsigned int level;
	size_t i;

	for (level = 1; level <= 4; level++) {
		uint64_t *entry = entry_of(machine, level);
		uint64_t good = *entry;

		for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
			*entry = places[i] | 0x67;
			assert_int_equal(machine_status(machine, KERNEL_TEXT),
					 FATHOM_WIRE_NOT_RAM);
		}
		*entry = good;
	}
	machine->cpus[0].cr3 = 0xa0000;
	assert_int_equal(machine_status(machine, KERNEL_TEXT),
			 FATHOM_WIRE_NOT_RAM);
}

static void tables_in_excluded_range(void **state)
{
	struct machine *machine = mapped(state);
	unsigned int level;

	machine->agent.excluded_count = 1;
	for (level = 1; level <= 4; level++) {
		uint64_t *entry = entry_of(machine, level);

		machine->excluded[0].start = *entry & 0xffffff000;
		machine->excluded[0].size = 4096;
		assert_int_equal(machine_status(machine, KERNEL_TEXT),
				 FATHOM_WIRE_NOT_RAM);
	}
	machine->excluded[0].start = root_of(machine);
	assert_int_equal(machine_status(machine, KERNEL_TEXT),
			 FATHOM_WIRE_NOT_RAM);
}

static void reserved_bits(void **state)
{
	struct machine *machine = mapped(state);
	uint64_t *entry = entry_of(machine, 4);

	*entry |= LARGE;
	assert_int_equal(machine_status(machine, KERNEL_TEXT),
			 FATHOM_WIRE_BAD_TABLE);
	*entry = LARGE | 0x63; /* a page of 512 GiB at 0 would reach RAM */
	assert_int_equal(machine_status(machine, UINT64_C(0xffffff8000000000)),
			 FATHOM_WIRE_BAD_TABLE);
	*entry = 0;
	machine_map(machine, root_of(machine), 4, KERNEL_TEXT, 0x400000, 2);
	*entry_of(machine, 2) |= 0x2000;
	assert_int_equal(machine_status(machine, KERNEL_TEXT),
			 FATHOM_WIRE_BAD_TABLE);
	machine_map(machine, root_of(machine), 4, KERNEL_TEXT, 0, 3);
	*entry_of(machine, 3) |= 0x20000000;
	assert_int_equal(machine_status(machine, KERNEL_TEXT),
			 FATHOM_WIRE_BAD_TABLE);
}

static void reserved_bit_in_top_of_five(void **state)
{
	struct machine *machine = *state;
	uint64_t address = UINT64_C(0xff11000000000000);
	unsigned int level;

	machine->cpus[0].cr4 |= CR4_LA57;
	machine_map(machine, root_of(machine), 5, address, PAGE, 1);
	for (level = 4; level <= 5; level++) {
		uint64_t *entry = machine_entry(machine, root_of(machine), 5,
						address, level);

		*entry |= LARGE;
		assert_int_equal(machine_status(machine, address),
				 FATHOM_WIRE_BAD_TABLE);
		*entry &= ~LARGE;
	}
	assert_int_equal(machine_status(machine, address), FATHOM_WIRE_OK);
}

static void nx_is_reserved_without_nxe(void **state)
{
	struct machine *machine = mapped(state);

	machine->cpus[0].efer = 0x501;
	assert_int_equal(machine_status(machine, KERNEL_TEXT),
			 FATHOM_WIRE_BAD_TABLE);
	*entry_of(machine, 1) &= ~NX;
	assert_int_equal(machine_status(machine, KERNEL_TEXT), FATHOM_WIRE_OK);
}

/* A table that is its own entry: five steps, whatever it says. */
static void self_referential(void **state)
{
	struct machine *machine = *state;
	uint64_t root = root_of(machine);
	uint64_t address = UINT64_C(0xffffffffffffe000);
	uint64_t *entry = (uint64_t *)(machine->ram + root);

	entry[511] = root | 0x67;
	entry[510] = PAGE | 0x67;
	machine_store(machine, PAGE, MARK);
	assert_int_equal(machine_load(machine, address), MARK);
	assert_int_equal(machine_load(machine, UINT64_MAX - 7), root | 0x67);
	machine->reads = 0;
	machine_status(machine, UINT64_MAX - 7);
	assert_true(machine->reads <= 5);
}

static void no_paging(void **state)
{
	struct machine *machine = mapped(state);

	machine->cpus[0].cr0 &= ~UINT64_C(0x80000000);
	assert_int_equal(machine_status(machine, KERNEL_TEXT),
			 FATHOM_WIRE_BAD_TABLE);
	machine->cpu_count = 0;
	assert_int_equal(machine_status(machine, KERNEL_TEXT),
			 FATHOM_WIRE_BAD_TABLE);
}

static void c_bit_is_masked(void **state)
{
	struct machine *machine = mapped(state);
	uint64_t c_bit = UINT64_C(1) << 47;
	unsigned int level;

	for (level = 1; level <= 4; level++)
		*entry_of(machine, level) |= level == 2 ? 0 : c_bit;
	machine->cpus[0].cr3 |= c_bit;
	assert_int_equal(machine_status(machine, KERNEL_TEXT),
			 FATHOM_WIRE_NOT_RAM);
	machine->agent.c_bit_mask = c_bit;
	assert_int_equal(machine_load(machine, KERNEL_TEXT + 16), MARK);
	machine->cpus[0].cr3 &= ~c_bit;
	machine_map(machine, root_of(machine), 4, KERNEL_TEXT, 0x400000, 2);
	*entry_of(machine, 2) |= c_bit;
	assert_int_equal(machine_load(machine, KERNEL_TEXT + 16), MARK);
}

static void starting_cpus_are_passed_over(void **state)
{
	struct machine *machine = mapped(state);

	machine->cpus[1] = machine->cpus[0];
	machine->cpus[0] = (struct fathom_wire_cpu){.cr0 = 0x10};
	machine->cpu_count = 2;
	assert_int_equal(machine_load(machine, KERNEL_TEXT + 16), MARK);
}

/*
 * A pair of top tables as under page-table isolation. The kernel's maps
 * KERNEL_TEXT to PAGE and a direct map; the user's shares the user's half, and
 * of the kernel's it has one entry, with tables of its own.
 */
static uint64_t make_pti_pair(struct machine *machine)
{
	uint64_t kernel;
	uint64_t *tables;
	uint64_t user_memory;

	machine->next_table = (machine->next_table + 8191) & ~UINT64_C(8191);
	kernel = machine_table(machine);
	assert_int_equal(machine_table(machine), kernel + 4096);
	user_memory = machine_table(machine);
	tables = (uint64_t *)(machine->ram + kernel);
	tables[0] = user_memory | 0x67 | NX;
	tables[512] = user_memory | 0x47;
	machine_map(machine, kernel, 4, KERNEL_TEXT, PAGE, 1);
	machine_map(machine, kernel, 4, UINT64_C(0xffff888000000000), 0, 3);
	machine_map(machine, kernel + 4096, 4, UINT64_C(0xfffffffffff00000),
		    PAGE + 4096, 1);
	machine_store(machine, PAGE + 16, MARK);
	return kernel;
}

static void pti_user_half_is_left(void **state)
{
	struct machine *machine = *state;
	uint64_t kernel = make_pti_pair(machine);

	machine->cpus[0].flags = FATHOM_CPU_USER_MODE;
	machine->cpus[0].cr3 = kernel | 0x1000;
	assert_int_equal(machine_load(machine, KERNEL_TEXT + 16), MARK);
	/* With a process-context identifier in the low bits, too. */
	machine->cpus[0].cr3 = kernel | 0x1000 | 0x803;
	assert_int_equal(machine_load(machine, KERNEL_TEXT + 16), MARK);
	/* On its way in, a CPU is in kernel mode with the user's tables. */
	machine->cpus[0].flags = 0;
	assert_int_equal(machine_load(machine, KERNEL_TEXT + 16), MARK);
}

static void pti_five_levels(void **state)
{
	struct machine *machine = *state;
	uint64_t direct = UINT64_C(0xff11000000000000);
	uint64_t kernel;

	machine->next_table = (machine->next_table + 8191) & ~UINT64_C(8191);
	kernel = machine_table(machine);
	machine_table(machine);
	machine_map(machine, kernel, 5, KERNEL_TEXT, PAGE, 1);
	machine_map(machine, kernel, 5, direct, PAGE, 1);
	machine_map(machine, kernel, 5, 0x400000, PAGE, 1);
	machine_store(machine, kernel + 4096,
		      *machine_entry(machine, kernel, 5, 0x400000, 5));
	machine_map(machine, kernel + 4096, 5, UINT64_C(0xfffffe0000000000),
		    PAGE + 4096, 1);
	machine_store(machine, PAGE + 16, MARK);
	machine->cpus[0].cr4 |= CR4_LA57;
	machine->cpus[0].cr3 = kernel | 0x1000;
	assert_int_equal(machine_load(machine, KERNEL_TEXT + 16), MARK);
	assert_int_equal(machine_load(machine, direct + 16), MARK);
}

/* Without isolation bit 12 is part of the address; the page before it is... */
static void bit_12_without_pti(void **state)
{
	struct machine *machine = *state;
	uint64_t *before;
	uint64_t *root;
	uint64_t other;

	machine->next_table = (machine->next_table + 8191) & ~UINT64_C(8191);
	other = machine_table(machine);
	machine->cpus[0].cr3 = machine_table(machine);
	assert_int_equal(machine->cpus[0].cr3, other | 0x1000);
	before = (uint64_t *)(machine->ram + other);
	root = (uint64_t *)(machine->ram + (other | 0x1000));
	mapped(state);
	root[0] = machine_table(machine) | 0x67;

	/* ...empty, */
	assert_int_equal(machine_load(machine, KERNEL_TEXT + 16), MARK);
	/* ...the top table of another process, */
	memcpy(before, root, 4096);
	before[0] = machine_table(machine) | 0x67;
	assert_int_equal(machine_load(machine, KERNEL_TEXT + 16), MARK);
	/* ...of one that shares memory with it, */
	memcpy(before, root, 4096);
	before[511] = machine_table(machine) | 0x67;
	assert_int_equal(machine_load(machine, KERNEL_TEXT + 16), MARK);
	/* ...or some of it, and has more of the kernel, */
	before[300] = before[511];
	root[1] = before[511];
	assert_int_equal(machine_load(machine, KERNEL_TEXT + 16), MARK);
	before[1] = root[0];
	assert_int_equal(machine_load(machine, KERNEL_TEXT + 16), MARK);
	/* ...or lacks some of the kernel, */
	before[1] = root[1];
	before[511] = 0;
	assert_int_equal(machine_load(machine, KERNEL_TEXT + 16), MARK);
	/* ...or of one that uses as little of the user's half, */
	root[0] = 0;
	root[1] = 0;
	memcpy(before, root, 4096);
	before[300] = root[511];
	before[511] = machine_table(machine) | 0x67;
	assert_int_equal(machine_load(machine, KERNEL_TEXT + 16), MARK);
	/* ...full of what looks like entries, */
	memset(before, 0x67, 4096);
	assert_int_equal(machine_load(machine, KERNEL_TEXT + 16), MARK);
	/* ...or no RAM at all. */
	machine->agent.excluded_count = 1;
	machine->excluded[0].start = other;
	machine->excluded[0].size = 4096;
	assert_int_equal(machine_load(machine, KERNEL_TEXT + 16), MARK);
}

static void kernel_mode_is_preferred(void **state)
{
	struct machine *machine = mapped(state);
	struct fathom_wire_header header;
	struct fathom_wire_info info;
	const uint8_t *reply;

	machine->cpus[1] = machine->cpus[0];
	machine->cpus[1].index = 1;
	machine->cpus[0].flags = FATHOM_CPU_USER_MODE;
	machine->cpus[0].cr3 = machine_table(machine);
	machine->cpu_count = 2;
	assert_int_equal(machine_load(machine, KERNEL_TEXT + 16), MARK);
	reply = machine_request(machine, FATHOM_WIRE_INFO, NULL, 0,
				FATHOM_WIRE_MAX_REPLY, &header);
	assert_non_null(reply);
	memcpy(&info, reply, sizeof(info));
	assert_int_equal(info.kernel_cpu, 1);
}

static void read_space(struct machine *machine, uint64_t space,
		       uint64_t address, uint32_t expected)
{
	struct fathom_wire_read_result result;

	machine_read(machine, space, address, 8, &result);
	assert_int_equal(result.status, expected);
}

static void explicit_roots(void **state)
{
	struct machine *machine = *state;
	uint64_t root = machine_table(machine);
	uint64_t high = UINT64_C(0xff11000000000000);

	machine_map(machine, root, 4, KERNEL_TEXT, PAGE, 1);
	read_space(machine, root, KERNEL_TEXT, FATHOM_WIRE_OK);
	read_space(machine, root, high, FATHOM_WIRE_NON_CANONICAL);
	read_space(machine, root | FATHOM_SPACE_5_LEVEL, high,
		   FATHOM_WIRE_NOT_MAPPED);
	machine->cpus[0].cr4 |= CR4_LA57;
	read_space(machine, root, high, FATHOM_WIRE_NOT_MAPPED);
	read_space(machine, root | FATHOM_SPACE_4_LEVEL, KERNEL_TEXT,
		   FATHOM_WIRE_OK);
	/* Without CPU state: 4 levels unless told otherwise. */
	machine->cpu_count = 0;
	read_space(machine, root, KERNEL_TEXT, FATHOM_WIRE_OK);
	read_space(machine, root, high, FATHOM_WIRE_NON_CANONICAL);
	read_space(machine, root | 2, KERNEL_TEXT, FATHOM_WIRE_BAD_TABLE);
	read_space(machine, root | 0xfff, KERNEL_TEXT, FATHOM_WIRE_BAD_TABLE);
	read_space(machine, UINT64_MAX - 4095, KERNEL_TEXT,
		   FATHOM_WIRE_NOT_RAM);
}

#define NEAR_COUNT 6

/*
 * The walker remembers tables from one item to the next. Neighbours at every
 * level, in every order of two, must be told as they are when read alone.
 */
static void walker_remembers_nothing_wrong(void **state)
{
	static const uint64_t addresses[NEAR_COUNT] = {
		KERNEL_TEXT,
		KERNEL_TEXT + 0x1000,
		KERNEL_TEXT + 0x200000,
		KERNEL_TEXT + 0x40000000,
		UINT64_C(0xffff888000000000),
		UINT64_C(0xffff7fffffffffff),
	};
	struct machine *machine = *state;
	struct fathom_wire_header header;
	struct {
		struct fathom_wire_read read;
		struct fathom_wire_read_item items[3];
	} request = {.read = {3, 0}};
	struct fathom_wire_read_result results[3];
	const uint8_t *reply;
	unsigned int i;
	unsigned int j;
	uint64_t value;

	for (i = 0; i < NEAR_COUNT - 1; i++) {
		machine_store(machine, PAGE + i * 4096, i);
		machine_map(machine, root_of(machine), 4, addresses[i],
			    PAGE + i * 4096, 1);
	}
	for (i = 0; i < NEAR_COUNT * NEAR_COUNT; i++) {
		unsigned int order[3] = {i / NEAR_COUNT, i % NEAR_COUNT,
					 i / NEAR_COUNT};

		for (j = 0; j < 3; j++) {
			request.items[j].address = addresses[order[j]];
			request.items[j].length =
				order[j] == NEAR_COUNT - 1 ? 0 : 8;
		}
		reply = machine_request(machine, FATHOM_WIRE_READ, &request,
					sizeof(request), 4096, &header);
		assert_non_null(reply);
		memcpy(results, reply + 8, sizeof(results));
		reply += 8 + sizeof(results);
		for (j = 0; j < 3; j++) {
			assert_int_equal(results[j].status, FATHOM_WIRE_OK);
			if (!results[j].length)
				continue;
			memcpy(&value, reply, sizeof(value));
			assert_int_equal(value, order[j]);
			reply += 8;
		}
	}
}

int main(void)
{
#define TEST(f) \
	cmocka_unit_test_setup_teardown(f, machine_setup, machine_teardown)
	const struct CMUnitTest tests[] = {
		TEST(four_levels),
		TEST(five_levels),
		TEST(large_pages),
		TEST(large_page_pat),
		TEST(canonical_by_mode),
		TEST(entries_not_present),
		TEST(tables_outside_ram),
		TEST(tables_in_excluded_range),
		TEST(reserved_bits),
		TEST(reserved_bit_in_top_of_five),
		TEST(nx_is_reserved_without_nxe),
		TEST(self_referential),
		TEST(no_paging),
		TEST(c_bit_is_masked),
		TEST(starting_cpus_are_passed_over),
		TEST(pti_user_half_is_left),
		TEST(pti_five_levels),
		TEST(bit_12_without_pti),
		TEST(kernel_mode_is_preferred),
		TEST(explicit_roots),
		TEST(walker_remembers_nothing_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
