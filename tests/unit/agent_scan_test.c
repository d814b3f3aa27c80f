/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* SCAN: what is found, what is not, and how it goes on. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include "agent_machine.h"

#include <cmocka.h>

#define WORD	    "FATHOM-NEEDLE"
#define WORD_LENGTH (sizeof(WORD) - 1)

static void place(struct machine *machine, uint64_t address)
{
	memcpy(machine->ram + address, WORD, WORD_LENGTH);
}

static struct fathom_wire_scan request_for(uint64_t alignment)
{
	struct fathom_wire_scan request = {
		.end = UINT64_MAX,
		.alignment = alignment,
		.pattern_length = WORD_LENGTH,
		.max_matches = FATHOM_WIRE_MAX_MATCHES,
		.pattern = WORD,
	};

	return request;
}

/* One call; the matches go to @matches. */
static struct fathom_wire_scan_reply
scan_once(struct machine *machine, const struct fathom_wire_scan *request,
	  size_t capacity, uint64_t *matches)
{
	struct fathom_wire_scan_reply reply;
	struct fathom_wire_header header;
	const uint8_t *body;

	body = machine_request(machine, FATHOM_WIRE_SCAN, request,
			       sizeof(*request), capacity, &header);
	assert_non_null(body);
	memcpy(&reply, body, sizeof(reply));
	assert_int_equal(header.length, sizeof(reply) + 8 * reply.count);
	memcpy(matches, body + sizeof(reply), 8 * reply.count);
	return reply;
}

/* Until the end. @return How many there were; *calls how many it took. */
static uint32_t scan_all(struct machine *machine,
			 struct fathom_wire_scan request, uint64_t *matches,
			 uint32_t *calls)
{
	uint32_t count = 0;

	*calls = 0;
	do {
		struct fathom_wire_scan_reply reply;

		reply = scan_once(machine, &request, FATHOM_WIRE_MAX_REPLY,
				  matches + count);
		count += reply.count;
		assert_true(reply.next > request.start ||
			    reply.next == request.end);
		request.start = reply.next;
		(*calls)++;
		assert_true(*calls < 100000);
	} while (request.start != request.end);
	return count;
}

static void finds_everywhere(void **state)
{
	static const uint64_t places[] = {
		0,
		4096 - 5, /* into the next page */
		0x5001,
		MACHINE_LOW_END - WORD_LENGTH,
		MACHINE_TABLES + 0x30000,
		MACHINE_END - WORD_LENGTH,
	};
	struct machine *machine = *state;
	uint64_t matches[FATHOM_WIRE_MAX_MATCHES];
	uint32_t calls;
	size_t i;

	for (i = 0; i < 6; i++)
		place(machine, places[i]);
	assert_int_equal(scan_all(machine, request_for(1), matches, &calls), 6);
	assert_memory_equal(matches, places, sizeof(places));
	assert_int_equal(calls, 1);
}

/* RAM may end a few bytes into a page, and a match just there. */
static void up_to_the_last_byte(void **state)
{
	struct machine *machine = *state;
	uint64_t matches[FATHOM_WIRE_MAX_MATCHES];
	uint64_t end = MACHINE_END - 4096 + 5;
	uint32_t calls;

	machine->ranges[1].size = end - MACHINE_TABLES;
	place(machine, end - WORD_LENGTH);
	assert_int_equal(scan_all(machine, request_for(1), matches, &calls), 1);
	assert_int_equal(matches[0], end - WORD_LENGTH);
	machine->ranges[1].size--;
	assert_int_equal(scan_all(machine, request_for(1), matches, &calls), 0);
}

static void alignment_counts(void **state)
{
	struct machine *machine = *state;
	uint64_t matches[FATHOM_WIRE_MAX_MATCHES];
	uint32_t calls;

	place(machine, 0x5008);
	place(machine, 0x6000);
	place(machine, 0x7004);
	assert_int_equal(scan_all(machine, request_for(4), matches, &calls), 3);
	assert_int_equal(scan_all(machine, request_for(8), matches, &calls), 2);
	assert_int_equal(scan_all(machine, request_for(16), matches, &calls),
			 1);
	assert_int_equal(scan_all(machine, request_for(1024), matches, &calls),
			 1);
	assert_int_equal(matches[0], 0x6000);
	assert_int_equal(scan_all(machine, request_for(4096), matches, &calls),
			 1);
	assert_int_equal(scan_all(machine, request_for(UINT64_C(1) << 63),
				  matches, &calls),
			 0);
}

static void not_across_ranges(void **state)
{
	struct machine *machine = *state;
	uint64_t matches[FATHOM_WIRE_MAX_MATCHES];
	uint32_t calls;

	/* The hole's bytes exist in the test's buffer, but are no RAM. */
	place(machine, MACHINE_LOW_END - 5);
	place(machine, MACHINE_TABLES - 5);
	place(machine, 0xa5000);
	assert_int_equal(scan_all(machine, request_for(1), matches, &calls), 0);
	assert_int_equal(scan_all(machine, request_for(4096), matches, &calls),
			 0);
}

static void not_in_excluded_memory(void **state)
{
	struct machine *machine = *state;
	uint64_t matches[FATHOM_WIRE_MAX_MATCHES];
	uint32_t calls;

	machine->agent.excluded_count = 1;
	machine->excluded[0].start = 0x5800;
	machine->excluded[0].size = 0x1000;
	place(machine, 0x57fe); /* into it */
	place(machine, 0x6000);
	place(machine, 0x67fe); /* out of it */
	place(machine, 0x6800 + WORD_LENGTH);
	assert_int_equal(scan_all(machine, request_for(1), matches, &calls), 1);
	assert_int_equal(matches[0], 0x6800 + WORD_LENGTH);
}

static void limits_of_the_area(void **state)
{
	struct machine *machine = *state;
	struct fathom_wire_scan request = request_for(1);
	uint64_t matches[FATHOM_WIRE_MAX_MATCHES];
	uint32_t calls;

	place(machine, 0x5000);
	place(machine, 0x6000);
	request.start = 0x5001;
	request.end = 0x6000;
	assert_int_equal(scan_all(machine, request, matches, &calls), 0);
	/* It may begin right before the end. */
	request.end = 0x6001;
	assert_int_equal(scan_all(machine, request, matches, &calls), 1);
	request.end = request.start;
	assert_int_equal(scan_all(machine, request, matches, &calls), 0);
	request.start = UINT64_MAX;
	request.end = UINT64_MAX;
	assert_int_equal(scan_all(machine, request, matches, &calls), 0);
	request.start = UINT64_MAX - 1;
	assert_int_equal(scan_all(machine, request, matches, &calls), 0);
}

static void goes_on_after_matches(void **state)
{
	struct machine *machine = *state;
	struct fathom_wire_scan request = request_for(1);
	uint64_t matches[FATHOM_WIRE_MAX_MATCHES];
	uint32_t calls;
	uint32_t i;

	memset(request.pattern, 'A', 4);
	request.pattern_length = 4;
	memset(machine->ram + 0x5000 - 20, 'A', 40);
	request.max_matches = 5;
	assert_int_equal(scan_all(machine, request, matches, &calls), 37);
	assert_int_equal(calls, 8);
	for (i = 0; i < 37; i++)
		assert_int_equal(matches[i], 0x5000 - 20 + i);
}

static void room_limits_matches(void **state)
{
	struct machine *machine = *state;
	struct fathom_wire_scan request = request_for(1);
	uint64_t matches[FATHOM_WIRE_MAX_MATCHES];
	struct fathom_wire_scan_reply reply;
	struct fathom_wire_header header;

	place(machine, 0x5000);
	place(machine, 0x6000);
	reply = scan_once(machine, &request, 16 + 16 + 8 + 7, matches);
	assert_int_equal(reply.count, 1);
	assert_int_equal(reply.next, 0x5001);
	machine_request(machine, FATHOM_WIRE_SCAN, &request, sizeof(request),
			16 + 16 + 7, &header);
	assert_int_equal(header.status, FATHOM_WIRE_TOO_LARGE);
}

static void work_is_bounded(void **state)
{
	struct machine *machine = *state;
	uint64_t matches[FATHOM_WIRE_MAX_MATCHES];
	uint32_t calls;

	machine->agent.limits.max_scan = 64 * 1024;
	place(machine, MACHINE_END - 4096);
	machine->reads = 0;
	assert_int_equal(scan_all(machine, request_for(1), matches, &calls), 1);
	assert_in_range(calls, 120, 130);
	assert_int_equal(scan_all(machine, request_for(4096), matches, &calls),
			 1);
	assert_in_range(calls, 2, 4);
}

static void missing_pages_are_passed_over(void **state)
{
	struct machine *machine = *state;
	uint64_t matches[FATHOM_WIRE_MAX_MATCHES];
	struct fathom_wire_scan request = request_for(1);
	struct fathom_wire_header header;
	uint32_t calls;

	place(machine, 0x4fff); /* its end is missing */
	place(machine, 0x5800);
	place(machine, 0x6000);
	place(machine, 0x4ff0);
	machine->missing = 0x5000;
	assert_int_equal(scan_all(machine, request, matches, &calls), 2);
	assert_int_equal(matches[0], 0x4ff0);
	assert_int_equal(matches[1], 0x6000);
	machine->gone = true;
	machine_request(machine, FATHOM_WIRE_SCAN, &request, sizeof(request),
			4096, &header);
	assert_int_equal(header.status, FATHOM_WIRE_TARGET_GONE);
	request.alignment = 4096;
	machine_request(machine, FATHOM_WIRE_SCAN, &request, sizeof(request),
			4096, &header);
	assert_int_equal(header.status, FATHOM_WIRE_TARGET_GONE);
}

/* Up to 0x200000 nothing was ever written. */
static uint64_t data_from_2_mib(void *context, uint64_t address)
{
	(void)context;
	return address < 0x200000 ? 0x200000 : address;
}

static void unused_memory_is_passed_over(void **state)
{
	struct machine *machine = *state;
	struct fathom_agent_port port = *machine->agent.port;
	struct fathom_wire_scan request = request_for(1);
	uint64_t matches[FATHOM_WIRE_MAX_MATCHES];
	uint32_t calls;

	memset(machine->ram, 0, 0x200000);
	place(machine, 0x200000);
	port.next_data = data_from_2_mib;
	machine->agent.port = &port;
	machine->reads = 0;
	assert_int_equal(scan_all(machine, request, matches, &calls), 1);
	assert_true(machine->reads < 2 * 0x602);
	/* A match that begins with the zeroes before it. */
	memmove(request.pattern + 3, request.pattern, WORD_LENGTH);
	memset(request.pattern, 0, 3);
	request.pattern_length += 3;
	assert_int_equal(scan_all(machine, request, matches, &calls), 1);
	assert_int_equal(matches[0], 0x1ffffd);
	/* Zeroes are found where they are. */
	request.pattern_length = 3;
	request.max_matches = 1;
	assert_int_equal(scan_once(machine, &request, 4096, matches).count, 1);
	assert_int_equal(matches[0], 0);
}

static uint32_t scan_status(struct machine *machine,
			    const struct fathom_wire_scan *request,
			    size_t length)
{
	struct fathom_wire_header header;

	machine_request(machine, FATHOM_WIRE_SCAN, request, length, 4096,
			&header);
	return header.status;
}

static void malformed(void **state)
{
	struct machine *machine = *state;
	struct fathom_wire_scan good = request_for(8);
	struct fathom_wire_scan bad;
	size_t size = sizeof(good);

	assert_int_equal(scan_status(machine, &good, size), FATHOM_WIRE_OK);
	assert_int_equal(scan_status(machine, &good, size - 1),
			 FATHOM_WIRE_MALFORMED);
	assert_int_equal(scan_status(machine, &good, 0), FATHOM_WIRE_MALFORMED);
	bad = good;
	bad.alignment = 0;
	assert_int_equal(scan_status(machine, &bad, size),
			 FATHOM_WIRE_MALFORMED);
	bad.alignment = 24;
	assert_int_equal(scan_status(machine, &bad, size),
			 FATHOM_WIRE_MALFORMED);
	bad = good;
	bad.start = 2;
	bad.end = 1;
	assert_int_equal(scan_status(machine, &bad, size),
			 FATHOM_WIRE_MALFORMED);
	bad = good;
	bad.pattern_length = 0;
	assert_int_equal(scan_status(machine, &bad, size),
			 FATHOM_WIRE_MALFORMED);
	bad.pattern_length = FATHOM_WIRE_MAX_PATTERN + 1;
	assert_int_equal(scan_status(machine, &bad, size),
			 FATHOM_WIRE_MALFORMED);
	bad = good;
	bad.max_matches = 0;
	assert_int_equal(scan_status(machine, &bad, size),
			 FATHOM_WIRE_MALFORMED);
	bad.max_matches = FATHOM_WIRE_MAX_MATCHES + 1;
	assert_int_equal(scan_status(machine, &bad, size),
			 FATHOM_WIRE_MALFORMED);
}

int main(void)
{
#define TEST(f) \
	cmocka_unit_test_setup_teardown(f, machine_setup, machine_teardown)
	const struct CMUnitTest tests[] = {
		TEST(finds_everywhere),
		TEST(up_to_the_last_byte),
		TEST(alignment_counts),
		TEST(not_across_ranges),
		TEST(not_in_excluded_memory),
		TEST(limits_of_the_area),
		TEST(goes_on_after_matches),
		TEST(room_limits_matches),
		TEST(work_is_bounded),
		TEST(missing_pages_are_passed_over),
		TEST(unused_memory_is_passed_over),
		TEST(malformed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
