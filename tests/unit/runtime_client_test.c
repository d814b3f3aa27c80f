/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* runtime/client*.c: vectored reads and scans, and replies not to believe. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fathom/error.h>

#include "client.h"
#include "fake_channel.h"

#define SPACE 0x5000ull
#define BASE  0xffff888000000000ull

static uint8_t memory[3 * 1024 * 1024];
static struct fake_channel fake;
static struct fathom_client *client;

static int set_up(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(memory); i++)
		memory[i] = (uint8_t)(i * 7 + (i >> 12));
	fake_channel_init(&fake);
	fake_channel_map(&fake, SPACE, BASE, memory, sizeof(memory));
	assert_null(fathom_client_create(&fake.channel, &client));
	return 0;
}

/* Everything holds for requests that are in flight together, too. */
static int set_up_many(void **state)
{
	set_up(state);
	fake_channel_take_many(&fake);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	fathom_client_destroy(client);
	assert_int_equal(fake.destroyed, 1);
	return 0;
}

static void assert_error(struct fathom_error *error,
			 enum fathom_error_code code)
{
	assert_non_null(error);
	assert_int_equal(error->code, code);
	assert_null(strchr(error->message, '\n'));
	fathom_error_destroy(error);
}

static void reads_more_than_a_reply_holds(void **state)
{
	uint8_t *buffer = malloc(sizeof(memory));

	(void)state;
	assert_null(fathom_client_read(client, SPACE, BASE, buffer,
				       sizeof(memory)));
	assert_memory_equal(buffer, memory, sizeof(memory));
	free(buffer);
}

static void reads_with_the_smallest_limits(void **state)
{
	uint8_t buffer[64 * 1024];

	(void)state;
	fake.info.max_request = 256;
	fake.info.max_reply = 8192;
	fake.info.max_items = 1;
	assert_null(fathom_client_refresh(client));
	assert_int_equal(fake.refreshes, 1);
	assert_null(fathom_client_read(client, SPACE, BASE, buffer,
				       sizeof(buffer)));
	assert_memory_equal(buffer, memory, sizeof(buffer));
}

static void goes_on_where_the_agent_stopped(void **state)
{
	struct fathom_client_item items[5];
	uint8_t buffers[5][100];
	size_t i;

	(void)state;
	fake.max_done = 2;
	for (i = 0; i < 5; i++)
		items[i] = (struct fathom_client_item){
			.space = SPACE,
			.address = BASE + i * 5000,
			.buffer = buffers[i],
			.length = sizeof(buffers[i]),
		};
	items[1].address = 0x1000; /* not mapped */
	items[3].address = BASE + sizeof(memory) - 10;
	assert_null(fathom_client_readv(client, items, 5));
	assert_int_equal(items[1].status, FATHOM_WIRE_NOT_MAPPED);
	assert_int_equal(items[1].done, 0);
	assert_int_equal(items[3].status, FATHOM_WIRE_NOT_MAPPED);
	assert_int_equal(items[3].done, 10);
	assert_memory_equal(buffers[3], memory + sizeof(memory) - 10, 10);
	for (i = 0; i < 5; i += 2) {
		assert_int_equal(items[i].status, FATHOM_WIRE_OK);
		assert_memory_equal(buffers[i], memory + i * 5000, 100);
	}
}

static void tells_the_first_bad_byte(void **state)
{
	struct fathom_error *error;
	uint8_t buffer[100];

	(void)state;
	error = fathom_client_read(client, SPACE, BASE + sizeof(memory) - 10,
				   buffer, sizeof(buffer));
	assert_non_null(error);
	assert_int_equal(error->code, FATHOM_ERROR_FAULT);
	assert_int_equal(error->address, BASE + sizeof(memory));
	fathom_error_destroy(error);
}

static uint64_t calls_so_far(void)
{
	struct fathom_client_statistics statistics;

	fathom_client_statistics(client, &statistics);
	return statistics.calls;
}

#define PHYSICAL_BASE 0x100000ull

static void read_physical(uint64_t offset, size_t size)
{
	uint8_t buffer[4096];

	assert_null(fathom_client_read(client, FATHOM_SPACE_PHYSICAL,
				       PHYSICAL_BASE + offset, buffer, size));
	assert_memory_equal(buffer, memory + offset, size);
}

static void kept_pages_are_read_once(void **state)
{
	const uint64_t two[] = {PHYSICAL_BASE + 0x5008, PHYSICAL_BASE + 0x7000,
				PHYSICAL_BASE + 0x5ff0};
	uint64_t calls;
	size_t i;

	(void)state;
	fake_channel_map(&fake, FATHOM_SPACE_PHYSICAL, PHYSICAL_BASE, memory,
			 64 * 4096);
	assert_null(fathom_client_keep_pages(client));
	calls = calls_so_far();
	for (i = 0; i < 4096; i += 100)
		read_physical(i, 100);
	assert_int_equal(calls_so_far() - calls, 2); /* the last crosses */
	assert_null(fathom_client_fetch_pages(client, two, 3));
	read_physical(0x5100, 8);
	read_physical(0x7fff, 1);
	assert_int_equal(calls_so_far() - calls, 3);
	/* More than are kept, and again: right all the same. */
	for (i = 0; i < 2 * 63; i++)
		read_physical(i % 63 * 4096 + 17, 4096);
}

static void kept_pages_are_of_one_epoch(void **state)
{
	(void)state;
	fake_channel_map(&fake, FATHOM_SPACE_PHYSICAL, PHYSICAL_BASE, memory,
			 64 * 4096);
	assert_null(fathom_client_keep_pages(client));
	read_physical(0x3000, 16);
	memory[0x3000] ^= 1;
	assert_null(fathom_client_refresh(client));
	read_physical(0x3000, 16);
	memory[0x3000] ^= 1;
	fathom_client_drop_pages(client);
	read_physical(0x3000, 16);
}

/* The end of RAM need not be the end of a page. */
static void half_a_page_is_read_as_far_as_asked(void **state)
{
	struct fathom_error *error;
	uint8_t buffer[64];

	(void)state;
	fake_channel_map(&fake, FATHOM_SPACE_PHYSICAL, PHYSICAL_BASE, memory,
			 4096 + 100);
	assert_null(fathom_client_keep_pages(client));
	read_physical(4096 + 36, 64);
	error = fathom_client_read(client, FATHOM_SPACE_PHYSICAL,
				   PHYSICAL_BASE + 4096 + 40, buffer, 64);
	assert_non_null(error);
	assert_int_equal(error->code, FATHOM_ERROR_FAULT);
	assert_int_equal(error->address, PHYSICAL_BASE + 4096 + 100);
	fathom_error_destroy(error);
}

static void scans_on(void **state)
{
	uint64_t matches[300];
	uint64_t next;
	size_t count;

	(void)state;
	assert_null(fathom_client_scan(client, 0, 10 << 20, 8, "abc", 3,
				       matches, 300, &count, &next));
	assert_int_equal(count, 10);
	assert_int_equal(next, 10 << 20);
	assert_int_equal(matches[9], 9 << 20);
	assert_null(fathom_client_scan(client, 0, 10 << 20, 8, "abc", 3,
				       matches, 4, &count, &next));
	assert_int_equal(count, 4);
	assert_int_equal(next, 4 << 20);
}

static void refuses_impossible_patterns(void **state)
{
	uint64_t matches[1];
	uint64_t next;
	size_t count;

	(void)state;
	assert_error(fathom_client_scan(client, 0, 4096, 8, "", 0, matches, 1,
					&count, &next),
		     FATHOM_ERROR_INVALID_ARGUMENT);
	assert_error(fathom_client_scan(client, 0, 4096, 3, "a", 1, matches, 1,
					&count, &next),
		     FATHOM_ERROR_INVALID_ARGUMENT);
	assert_int_equal(fake.calls, 1);
}

/* What does not depend on a reply that is still to come, is not kept waiting.
 */
static void requests_fly_together(void **state)
{
	uint8_t *buffer = malloc(sizeof(memory));
	uint64_t matches[300];
	uint64_t next;
	size_t count;

	(void)state;
	fake.calls = 0;
	assert_null(fathom_client_read(client, SPACE, BASE, buffer,
				       sizeof(memory)));
	assert_memory_equal(buffer, memory, sizeof(memory));
	assert_int_equal(fake.calls, 4);
	assert_int_equal(fake.flights, 1);
	fake.calls = 0;
	fake.flights = 0;
	/* The first tells how far the agent sees: then the other nine. */
	assert_null(fathom_client_scan(client, 0, 10 << 20, 8, "abc", 3,
				       matches, 300, &count, &next));
	assert_int_equal(count, 10);
	assert_int_equal(fake.calls, 10);
	assert_int_equal(fake.flights, 3);
	free(buffer);
}

/* A piece in the middle of those in flight cannot be had: nor what follows. */
static void a_gap_in_flight(void **state)
{
	const size_t hole = 1200 * 1024;
	struct fathom_client_item items[2];
	uint8_t *buffer = malloc(sizeof(memory));
	uint8_t last[16];

	(void)state;
	fake.piece_count = 0;
	fake_channel_map(&fake, SPACE, BASE, memory, hole);
	fake_channel_map(&fake, SPACE, BASE + hole + 4096, memory + hole + 4096,
			 sizeof(memory) - hole - 4096);
	items[0] = (struct fathom_client_item){
		.space = SPACE,
		.address = BASE,
		.buffer = buffer,
		.length = sizeof(memory),
	};
	items[1] = (struct fathom_client_item){
		.space = SPACE,
		.address = BASE + sizeof(memory) - sizeof(last),
		.buffer = last,
		.length = sizeof(last),
	};
	assert_null(fathom_client_readv(client, items, 2));
	assert_int_equal(items[0].status, FATHOM_WIRE_NOT_MAPPED);
	assert_int_equal(items[0].done, hole);
	assert_memory_equal(buffer, memory, hole);
	assert_int_equal(items[1].status, FATHOM_WIRE_OK);
	assert_memory_equal(last, memory + sizeof(memory) - sizeof(last),
			    sizeof(last));
	free(buffer);
}

/* What a hostile agent may do to a reply, by the type it does it to. */

static void put32(uint8_t *reply, size_t offset, uint32_t value)
{
	memcpy(reply + offset, &value, sizeof(value));
}

#define HEADER sizeof(struct fathom_wire_header)

static void wrong_magic(uint8_t *reply, size_t *size)
{
	(void)size;
	reply[0] ^= 1;
}

static void wrong_version(uint8_t *reply, size_t *size)
{
	(void)size;
	reply[4] ^= 2;
}

static void wrong_type(uint8_t *reply, size_t *size)
{
	(void)size;
	reply[6] ^= 1;
}

static void no_header(uint8_t *reply, size_t *size)
{
	(void)reply;
	*size = HEADER - 1;
}

static void beyond_the_buffer(uint8_t *reply, size_t *size)
{
	(void)reply;
	*size = (size_t)FATHOM_WIRE_MAX_REPLY + 4096;
	put32(reply, 8, (uint32_t)(*size - HEADER));
}

static void length_too_long(uint8_t *reply, size_t *size)
{
	(void)size;
	put32(reply, 8, 0xffffffff);
}

static void empty_body(uint8_t *reply, size_t *size)
{
	*size = HEADER;
	put32(reply, 8, 0);
}

static void first_word_huge(uint8_t *reply, size_t *size)
{
	(void)size;
	put32(reply, HEADER, 0xffffffff);
}

static void first_word_zero(uint8_t *reply, size_t *size)
{
	(void)size;
	put32(reply, HEADER, 0);
}

static void unknown_item_status(uint8_t *reply, size_t *size)
{
	(void)size;
	put32(reply, HEADER + 8, 77);
}

static void ok_but_short(uint8_t *reply, size_t *size)
{
	*size -= 1;
	put32(reply, 8, (uint32_t)(*size - HEADER));
	put32(reply, HEADER + 12, 99);
}

static void item_longer_than_asked(uint8_t *reply, size_t *size)
{
	(void)size;
	put32(reply, HEADER + 12, 0xfffffff0);
}

static void data_for_nothing(uint8_t *reply, size_t *size)
{
	memset(reply + *size, 0, 8);
	*size += 8;
	put32(reply, 8, (uint32_t)(*size - HEADER));
}

static void data_missing(uint8_t *reply, size_t *size)
{
	*size -= 50;
	put32(reply, 8, (uint32_t)(*size - HEADER));
}

static void refused(uint8_t *reply, size_t *size)
{
	empty_body(reply, size);
	put32(reply, 12, FATHOM_WIRE_MALFORMED);
}

static void next_backwards(uint8_t *reply, size_t *size)
{
	(void)size;
	memset(reply + HEADER, 0, 8);
}

static void next_past_the_end(uint8_t *reply, size_t *size)
{
	(void)size;
	memset(reply + HEADER, 0xff, 8);
}

static void too_many_matches(uint8_t *reply, size_t *size)
{
	(void)size;
	put32(reply, HEADER + 8, 0x20000001);
}

static void match_outside(uint8_t *reply, size_t *size)
{
	(void)size;
	memset(reply + HEADER + 16, 0x7f, 8);
}

static const struct {
	uint16_t type;
	void (*spoil)(uint8_t *reply, size_t *size);
} tricks[] = {
	{FATHOM_WIRE_READ, wrong_magic},
	{FATHOM_WIRE_READ, wrong_version},
	{FATHOM_WIRE_READ, wrong_type},
	{FATHOM_WIRE_READ, no_header},
	{FATHOM_WIRE_READ, beyond_the_buffer},
	{FATHOM_WIRE_READ, length_too_long},
	{FATHOM_WIRE_READ, empty_body},
	{FATHOM_WIRE_READ, first_word_huge},
	{FATHOM_WIRE_READ, first_word_zero},
	{FATHOM_WIRE_READ, unknown_item_status},
	{FATHOM_WIRE_READ, ok_but_short},
	{FATHOM_WIRE_READ, item_longer_than_asked},
	{FATHOM_WIRE_READ, data_for_nothing},
	{FATHOM_WIRE_READ, data_missing},
	{FATHOM_WIRE_READ, refused},
	{FATHOM_WIRE_SCAN, empty_body},
	{FATHOM_WIRE_SCAN, next_backwards},
	{FATHOM_WIRE_SCAN, next_past_the_end},
	{FATHOM_WIRE_SCAN, too_many_matches},
	{FATHOM_WIRE_SCAN, match_outside},
	{FATHOM_WIRE_INFO, empty_body},
	{FATHOM_WIRE_INFO, first_word_huge},
	{FATHOM_WIRE_INFO, first_word_zero},
	{FATHOM_WIRE_INFO, data_for_nothing},
	{FATHOM_WIRE_INFO, data_missing},
};

static size_t trick;

static void spoil(struct fake_channel *channel, uint16_t type, uint8_t *reply,
		  size_t *size)
{
	(void)channel;
	if (type == tricks[trick].type)
		tricks[trick].spoil(reply, size);
}

static void believes_no_broken_reply(void **state)
{
	uint8_t buffer[100];
	uint64_t matches[4];
	uint64_t next;
	size_t count;

	(void)state;
	fake.spoil = spoil;
	for (trick = 0; trick < sizeof(tricks) / sizeof(tricks[0]); trick++) {
		struct fathom_error *error;

		if (tricks[trick].type == FATHOM_WIRE_READ)
			error = fathom_client_read(client, SPACE, BASE, buffer,
						   sizeof(buffer));
		else if (tricks[trick].type == FATHOM_WIRE_SCAN)
			error = fathom_client_scan(client, 0x1000, 1 << 20, 8,
						   "abc", 3, matches, 4, &count,
						   &next);
		else
			error = fathom_client_refresh(client);
		if (!error)
			fail_msg("trick %zu was believed", trick);
		else
			assert_error(error, FATHOM_ERROR_PROTOCOL);
	}
	/* A failed refresh keeps what was known. */
	assert_int_equal(fathom_client_info(client)->wire.cpu_count, 1);
}

static void survives_any_single_wrong_byte(void **state)
{
	uint8_t buffer[64];
	unsigned int i;

	(void)state;
	/* Nothing to assert but that no sanitizer and no bound objects. */
	for (i = 0; i < 2000; i++) {
		struct fathom_error *error;

		srand(i);
		error = fathom_client_read(client, SPACE, BASE, buffer, 64);
		fathom_error_destroy(error);
	}
}

static void flip(struct fake_channel *channel, uint16_t type, uint8_t *reply,
		 size_t *size)
{
	(void)channel;
	(void)type;
	reply[(size_t)rand() % *size] ^= (uint8_t)(1 + rand() % 255);
}

static int set_up_flipping(void **state)
{
	int failed = set_up(state);

	fake.spoil = flip;
	return failed;
}

static void says_when_the_target_has_gone(void **state)
{
	uint8_t buffer[4];

	(void)state;
	fake.default_status = FATHOM_WIRE_TARGET_GONE;
	assert_error(fathom_client_read(client, SPACE, 0x1000, buffer, 4),
		     FATHOM_ERROR_TARGET);
}

static void refuses_impossible_info(void **state)
{
	static struct fake_channel other;
	struct fathom_client *none;

	(void)state;
	fake_channel_init(&other);
	other.info.max_reply = 16;
	assert_error(fathom_client_create(&other.channel, &none),
		     FATHOM_ERROR_PROTOCOL);
	assert_int_equal(other.destroyed, 1);
	fake_channel_init(&other);
	other.info.kernel_cpu = 1;
	assert_error(fathom_client_create(&other.channel, &none),
		     FATHOM_ERROR_PROTOCOL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#define MANY(name) cmocka_unit_test_setup_teardown(name, set_up_many, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(reads_more_than_a_reply_holds),
		TEST(reads_with_the_smallest_limits),
		TEST(goes_on_where_the_agent_stopped),
		TEST(tells_the_first_bad_byte),
		TEST(kept_pages_are_read_once),
		TEST(kept_pages_are_of_one_epoch),
		TEST(half_a_page_is_read_as_far_as_asked),
		TEST(scans_on),
		TEST(refuses_impossible_patterns),
		TEST(believes_no_broken_reply),
		cmocka_unit_test_setup_teardown(survives_any_single_wrong_byte,
						set_up_flipping, tear_down),
		TEST(says_when_the_target_has_gone),
		TEST(refuses_impossible_info),
		MANY(requests_fly_together),
		TEST(a_gap_in_flight),
		MANY(a_gap_in_flight),
		MANY(reads_more_than_a_reply_holds),
		MANY(reads_with_the_smallest_limits),
		MANY(goes_on_where_the_agent_stopped),
		MANY(tells_the_first_bad_byte),
		MANY(kept_pages_are_read_once),
		MANY(kept_pages_are_of_one_epoch),
		MANY(half_a_page_is_read_as_far_as_asked),
		MANY(scans_on),
		MANY(refuses_impossible_patterns),
		MANY(believes_no_broken_reply),
		MANY(says_when_the_target_has_gone),
		MANY(refuses_impossible_info),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
