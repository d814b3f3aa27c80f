/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Start-up of compiled programs: what fits, what does not, and the messages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fathom/abi.h>
#include <fathom/target.h>

#include "child.h"
#include "runtime_machine.h"

static int ours;
static fathom_u64 slots[2];
static const struct fathom_site site = {.file = "ids.c", .line = 12};

static struct fathom_symbol symbols[2];
static struct fathom_module module;

static int set_up(void **state)
{
	memset(slots, 0xff, sizeof(slots));
	memset(symbols, 0, sizeof(symbols));
	symbols[0].name = "ours";
	symbols[0].local = &ours;
	symbols[0].slot = &slots[0];
	module = (struct fathom_module){
		.abi_version = FATHOM_ABI_VERSION,
		.symbols = symbols,
		.symbol_count = 1,
	};
	return machine_set_up(state);
}

static void register_module(void)
{
	__fathom_register(&module);
}

static void what_the_program_defines_is_its_own(void **state)
{
	(void)state;
	register_module();
	assert_int_equal(slots[0], (uintptr_t)&ours);
}

static void optional_symbols_may_be_missing(void **state)
{
	static fathom_u64 where[2] = {1, 1};
	static const struct fathom_relocation relocations[] = {
		{.where = &where[0], .slot = &slots[0], .addend = 3},
		{.where = &where[1], .slot = &slots[1], .addend = 3},
	};

	(void)state;
	symbols[1] = (struct fathom_symbol){
		.name = "of_another_kernel",
		.slot = &slots[1],
		.flags = FATHOM_SYMBOL_OPTIONAL,
	};
	module.symbol_count = 2;
	module.relocations = relocations;
	module.relocation_count = 2;
	register_module();
	assert_int_equal(slots[1], 0);
	assert_int_equal(where[0], (uintptr_t)&ours + 3);
	assert_int_equal(where[1], 0);
}

static void expect(int status, const char *message)
{
	struct child_result child = child_run(register_module);

	assert_string_equal(child.errors, message);
	assert_int_equal(child.status, status);
}

static void a_missing_symbol_is_named(void **state)
{
	(void)state;
	symbols[1] = (struct fathom_symbol){
		.name = "of_another_kernel",
		.slot = &slots[1],
		.site = &site,
	};
	module.symbol_count = 2;
	expect(FATHOM_EXIT_MISMATCH,
	       "unit-runtime-start: fathom: ids.c:12: neither the program nor "
	       "the target's kernel (unknown release) has a symbol "
	       "of_another_kernel\n");
}

static void another_abi_is_refused(void **state)
{
	(void)state;
	module.abi_version = 77;
	expect(FATHOM_EXIT_MISMATCH,
	       "unit-runtime-start: fathom: compiled for version 77 of the ABI, "
	       "but libfathom has version 4: compile it again\n");
}

static void callees_must_be_aware(void **state)
{
	static const struct fathom_escape escapes[] = {
		{.function = "fine", .aware = &ours, .site = &site},
		{.function = "getenv", .site = &site},
	};

	(void)state;
	module.escapes = escapes;
	module.escape_count = 1;
	expect(0, "");
	module.escape_count = 2;
	expect(FATHOM_EXIT_MISMATCH,
	       "unit-runtime-start: fathom: ids.c:12: a pointer into the target "
	       "is handed to getenv, which was compiled without Fathom\n");
}

/* The rest is about opening the target, so none is open in the child. */

static void open_it(void)
{
	machine_tear_down(NULL);
	register_module();
}

static void expect_opening(const char *uri, int status, const char *message)
{
	struct child_result child;

	if (uri)
		setenv("FATHOM_TARGET", uri, 1);
	else
		unsetenv("FATHOM_TARGET");
	child = child_run(open_it);
	if (!strstr(child.errors, message))
		fail_msg("not \"%s\": %s", message, child.errors);
	assert_int_equal(child.status, status);
	assert_ptr_equal(strchr(child.errors, '\n') + 1,
			 child.errors + strlen(child.errors));
}

static void a_target_must_be_given(void **state)
{
	(void)state;
	expect_opening(NULL, FATHOM_EXIT_USAGE,
		       ": fathom: no target: run it with `fathom run --target "
		       "URI unit-runtime-start`\n");
	expect_opening("", FATHOM_EXIT_USAGE, ": fathom: no target: ");
	expect_opening("ftp:x", FATHOM_EXIT_USAGE,
		       ": fathom: ftp:x: not a target (qemu:SOCKET, "
		       "dump:FILE, smi:[SOCKET], smi+qemu:SOCKET, "
		       "unix:SOCKET, tcp:HOST:PORT or shm:PATH)\n");
	expect_opening("dump:", FATHOM_EXIT_USAGE, ": not a target");
}

static void an_unreachable_target_is_named(void **state)
{
	(void)state;
	expect_opening("qemu:/nonexistent/socket", FATHOM_EXIT_TARGET,
		       "/nonexistent/socket");
	expect_opening("dump:/nonexistent/dump", FATHOM_EXIT_TARGET,
		       "/nonexistent/dump");
	/* Not even a file that could hold a dump. */
	expect_opening("dump:/dev/null", FATHOM_EXIT_TARGET, "/dev/null");
}

static void the_loop_limit_is_a_number(void **state)
{
	static const char *const wrong[] = {
		"x", "-1", "0", "12x", "1e99", "99999999999999999999", " 1"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		setenv("FATHOM_LOOP_LIMIT", wrong[i], 1);
		expect_opening("dump:/nonexistent", FATHOM_EXIT_USAGE,
			       ": fathom: FATHOM_LOOP_LIMIT=");
	}
	setenv("FATHOM_LOOP_LIMIT", "17", 1);
	expect_opening("dump:/nonexistent", FATHOM_EXIT_TARGET, "/nonexistent");
	unsetenv("FATHOM_LOOP_LIMIT");
}

static void prefetch_is_a_number_of_pages(void **state)
{
	static const char *const wrong[] = {"x", "-1", "12x", "4294967296",
					    " 1"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		setenv("FATHOM_PREFETCH", wrong[i], 1);
		expect_opening("dump:/nonexistent", FATHOM_EXIT_USAGE,
			       ": fathom: FATHOM_PREFETCH=");
	}
	setenv("FATHOM_PREFETCH", "0", 1);
	expect_opening("dump:/nonexistent", FATHOM_EXIT_TARGET, "/nonexistent");
	unsetenv("FATHOM_PREFETCH");
}

static void the_memory_is_a_size(void **state)
{
	static const char *const wrong[] = {
		"x",   "-1",  "0", "12x",      "1KB", "99999999999999999999",
		" 1M", "1e6", "K", "16777216T"};
	static const char *const right[] = {"1048576", "512K", "64M", "1G"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		setenv("FATHOM_MAX_MEMORY", wrong[i], 1);
		expect_opening("dump:/nonexistent", FATHOM_EXIT_USAGE,
			       ": fathom: FATHOM_MAX_MEMORY=");
	}
	for (i = 0; i < sizeof(right) / sizeof(right[0]); i++) {
		setenv("FATHOM_MAX_MEMORY", right[i], 1);
		expect_opening("dump:/nonexistent", FATHOM_EXIT_TARGET,
			       "/nonexistent");
	}
	unsetenv("FATHOM_MAX_MEMORY");
}

static void sealed_programs_have_no_bound_of_memory(void **state)
{
	(void)state;
	setenv("FATHOM_MAX_MEMORY", "64M", 1);
	setenv("FATHOM_SEAL", "1", 1);
	expect_opening("dump:/nonexistent", FATHOM_EXIT_USAGE,
		       "a sealed program cannot have --max-memory");
	unsetenv("FATHOM_SEAL");
	unsetenv("FATHOM_MAX_MEMORY");
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, set_up, machine_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_the_program_defines_is_its_own),
		TEST(optional_symbols_may_be_missing),
		TEST(a_missing_symbol_is_named),
		TEST(another_abi_is_refused),
		TEST(callees_must_be_aware),
		TEST(a_target_must_be_given),
		TEST(an_unreachable_target_is_named),
		TEST(the_loop_limit_is_a_number),
		TEST(prefetch_is_a_number_of_pages),
		TEST(the_memory_is_a_size),
		TEST(sealed_programs_have_no_bound_of_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
