/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* RemoteTrans' calls: whole pieces or nothing, of the kernel and of processes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <fathom/remote_trans.h>
#include <fathom/target.h>

#include "runtime_machine.h"
#include "target_state.h"

#define PROCESS_ROOT 0x7000ull
#define PROCESS_AT   0x401000ull

static uint8_t process_memory[3 * 4096];

static int set_up(void **state)
{
	int status = machine_set_up(state);
	size_t i;

	for (i = 0; i < sizeof(process_memory); i++)
		process_memory[i] = (uint8_t)(i * 3 + 1);
	fake_channel_map(&machine_fake, PROCESS_ROOT | FATHOM_SPACE_4_LEVEL,
			 PROCESS_AT, process_memory, sizeof(process_memory));
	fathom_default->info.page_table_root = MACHINE_ROOT;
	return status;
}

static void kernel_memory(void **state)
{
	const uint64_t at = MACHINE_START + 4096 - 10;
	void *data = rt_get_data(at, 10000);

	(void)state;
	assert_non_null(data);
	assert_memory_equal(data, machine_at(at), 10000);
	free(data);
}

static void process(void **state)
{
	/* As CR3 has it: flags below. */
	void *data =
		rt_get_proc_data(PROCESS_AT + 100, 5000, PROCESS_ROOT | 0x18);

	(void)state;
	assert_non_null(data);
	assert_memory_equal(data, process_memory + 100, 5000);
	free(data);
}

static void all_or_nothing(void **state)
{
	(void)state;
	assert_null(rt_get_data(MACHINE_END - 10, 11));
	assert_null(rt_get_data(MACHINE_START, 0));
	assert_null(rt_get_proc_data(PROCESS_AT, sizeof(process_memory) + 1,
				     PROCESS_ROOT));
	assert_null(rt_get_proc_data(PROCESS_AT, 8, 0));
	/* A kernel pointer, of a target without the symbol it takes. */
	assert_null(rt_get_proc_data(PROCESS_AT, 8, MACHINE_START));
}

/* Nothing of a process is the kernel's, whatever its tables say. */
static void kernel_addresses_only(void **state)
{
	(void)state;
	fake_channel_map(&machine_fake, MACHINE_SPACE, PROCESS_AT,
			 process_memory, sizeof(process_memory));
	assert_null(rt_get_data(PROCESS_AT, 8));
	assert_null(rt_get_data(0, 8));
	assert_null(rt_get_data(UINT64_MAX - 8, 8));
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, set_up, machine_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(kernel_memory),
		TEST(process),
		TEST(all_or_nothing),
		TEST(kernel_addresses_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
