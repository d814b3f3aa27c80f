/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * What the sealed agent takes of memory, which is scarce in SMRAM: sessions
 * give back what they took, frames take nothing. libcrypto's allocations are
 * counted, for nothing else allocates there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <openssl/crypto.h>

#include "seal_rig.h"

#include <cmocka.h>

static size_t calls;
static long blocks;

static void *count_malloc(size_t size, const char *file, int line)
{
	void *memory = malloc(size);

	(void)file;
	(void)line;
	calls++;
	blocks += memory != NULL;
	return memory;
}

static void *count_realloc(void *old, size_t size, const char *file, int line)
{
	void *memory = realloc(old, size);

	(void)file;
	(void)line;
	calls++;
	blocks += !old && memory;
	return memory;
}

static void count_free(void *memory, const char *file, int line)
{
	(void)file;
	(void)line;
	blocks -= memory != NULL;
	free(memory);
}

static void frames_take_nothing(void **state)
{
	struct rig *rig = *state;
	static struct rig_message altered;
	struct rig_ids ids;
	uint64_t i;

	rig_ids_open(rig, 0, &ids);
	rig_handshake(rig, &ids);
	assert_true(rig_serves(rig, &ids, 1));
	assert_int_not_equal(calls, 0);
	calls = 0;
	for (i = 2; i < 200; i++) {
		assert_true(rig_serves(rig, &ids, i));
		rig_seal_read(&ids, i + 1, &altered);
		altered.bytes[30] ^= 1;
		assert_true(rig_silent(rig, &altered));
	}
	assert_int_equal(calls, 0);
	rig_ids_close(&ids);
}

/* Good ones that displace each other, those of strangers, and garbage. */
static void handshakes(struct rig *rig, unsigned int count)
{
	static uint64_t time;
	static struct rig_message hello;
	struct rig_ids ids;

	while (count--) {
		rig_ids_open(rig, count % RIG_SERVED, &ids);
		rig_handshake(rig, &ids);
		assert_true(rig_serves(rig, &ids, 1));
		rig_ids_close(&ids);
		rig_ids_open(rig, RIG_STRANGER, &ids);
		rig_hello(&ids, rig->agent_key, ++time, &hello);
		assert_true(rig_silent(rig, &hello));
		hello.bytes[count % hello.size] ^= 0x10;
		assert_true(rig_silent(rig, &hello));
		rig_ids_close(&ids);
	}
}

static void handshakes_give_back(void **state)
{
	struct rig *rig = *state;
	long before;

	/* Until each place has had a session. */
	handshakes(rig, 2 * FATHOM_SEALED_AGENT_SESSIONS);
	before = blocks;
	handshakes(rig, 500);
	assert_int_equal(blocks, before);
}

static void agents_give_back(void **state)
{
	struct rig *rig = *state;
	long before = blocks;
	unsigned int i;

	for (i = 0; i < 20; i++)
		rig_restart(rig);
	assert_int_equal(blocks, before);
}

#define test(function) \
	cmocka_unit_test_setup_teardown(function, rig_setup, rig_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(frames_take_nothing),
		test(handshakes_give_back),
		test(agents_give_back),
	};

	/* Before libcrypto has allocated anything, or it refuses. */
	if (CRYPTO_set_mem_functions(count_malloc, count_realloc, count_free) !=
	    1)
		return EXIT_FAILURE;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
