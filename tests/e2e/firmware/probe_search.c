/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * READ of many pages, SCAN and FOLLOW on a real machine: all that an agent can
 * be asked for, where it must find and bring nothing.
 */
#include "probe.h"

#include <stdbool.h>
#include <string.h>

#include <fathom/wire.h>

/* Pages that one READ tries, at both of their ends. */
#define PAGES_AT_ONCE (FATHOM_WIRE_MAX_ITEMS / 2)

static struct fathom_wire_read_item item(uint64_t address)
{
	return (struct fathom_wire_read_item){
		.space = FATHOM_SPACE_PHYSICAL,
		.address = address,
		.length = sizeof(uint64_t),
	};
}

/* Not one byte of @count pages: a reply without data. */
static void assert_pages_refused(uint64_t start, uint32_t count)
{
	static struct {
		struct fathom_wire_read read;
		struct fathom_wire_read_item items[2 * PAGES_AT_ONCE];
	} request;
	struct fathom_wire_read_reply header;
	const uint8_t *reply;
	uint32_t status;
	size_t length;
	uint32_t i;

	request.read.count = 2 * count;
	for (i = 0; i < count; i++) {
		uint64_t page = start + (uint64_t)i * PAGE;

		request.items[2 * i] = item(page);
		request.items[2 * i + 1] = item(page + PAGE - 8);
	}
	reply = probe_ask(FATHOM_WIRE_READ, &request,
			  sizeof(request.read) +
				  2 * count * sizeof(*request.items),
			  &length, &status);
	assert_non_null(reply);
	memcpy(&header, reply, sizeof(header));
	assert_int_equal(header.done, 2 * count);
	for (i = 0; i < header.done; i++) {
		struct fathom_wire_read_result result;

		memcpy(&result, reply + sizeof(header) + i * sizeof(result),
		       sizeof(result));
		if (result.status != FATHOM_WIRE_NOT_RAM || result.length)
			fail_msg("%#jx is not refused",
				 (uintmax_t)request.items[i].address);
	}
	assert_int_equal(
		length,
		sizeof(header) +
			header.done * sizeof(struct fathom_wire_read_result));
}

static void assert_all_refused(uint64_t start, uint64_t size)
{
	uint64_t end = start + size;

	while (start < end) {
		uint64_t pages = (end - start) / PAGE;

		if (pages > PAGES_AT_ONCE)
			pages = PAGES_AT_ONCE;
		assert_pages_refused(start, (uint32_t)pages);
		start += pages * PAGE;
	}
}

/* The agent's code, keys and page tables are all in SMRAM: no page of it. */
void all_of_smram_is_refused(void **state)
{
	(void)state;
	assert_all_refused(probe.smram, SMRAM_SIZE);
	assert_all_refused(LEGACY_SMRAM, 0x20000);
	assert_all_refused(DEFAULT_SMBASE, 0x20000);
}

void all_of_the_mailbox_is_refused(void **state)
{
	(void)state;
	assert_all_refused(probe.mailbox, probe.mailbox_size);
}

/* All matches in [start, end), of which there may be @max. */
static uint32_t scan(uint64_t start, uint64_t end, uint64_t alignment,
		     const uint8_t *pattern, uint32_t size, uint64_t *matches,
		     uint32_t max)
{
	struct fathom_wire_scan request = {
		.start = start,
		.end = end,
		.alignment = alignment,
		.pattern_length = size,
		.max_matches = FATHOM_WIRE_MAX_MATCHES,
	};
	uint32_t count = 0;

	memcpy(request.pattern, pattern, size);
	while (request.start < end) {
		struct fathom_wire_scan_reply header;
		const uint8_t *reply;
		uint32_t status;
		size_t length;

		reply = probe_ask(FATHOM_WIRE_SCAN, &request, sizeof(request),
				  &length, &status);
		assert_non_null(reply);
		memcpy(&header, reply, sizeof(header));
		assert_true(header.count <= max - count);
		assert_true(header.next > request.start);
		assert_int_equal(length,
				 sizeof(header) +
					 header.count * sizeof(*matches));
		if (header.count)
			memcpy(matches + count, reply + sizeof(header),
			       header.count * sizeof(*matches));
		count += header.count;
		request.start = header.next;
	}
	return count;
}

static bool is_zero(const uint8_t *page)
{
	return !page[0] && !memcmp(page, page + 1, PAGE - 1);
}

/* A page of SMRAM that holds nothing; only a host can look for it. */
static uint8_t *empty_page_of_smram(void)
{
	uint8_t *page = probe.ram + probe.smram + SMRAM_SIZE;

	do {
		page -= PAGE;
	} while (page > probe.ram + probe.smram && !is_zero(page));
	assert_true(is_zero(page));
	return page;
}

/*
 * The same bytes in RAM, in SMRAM and at the end of the mailbox, where no reply
 * reaches: they are found once.
 */
void scan_finds_no_marker_out_of_ram(void **state)
{
	static const uint8_t marker[] = "a marker that is found in RAM only";
	uint8_t *in_mailbox =
		probe.ram + probe.mailbox + probe.mailbox_size - PAGE;
	uint8_t *in_smram = empty_page_of_smram();
	uint64_t matches[4];
	uint32_t count;

	(void)state;
	memset(probe.ram + probe.tables, 0, TABLES_SIZE);
	memcpy(table(32), marker, sizeof(marker));
	memcpy(in_mailbox, marker, sizeof(marker));
	memcpy(in_smram, marker, sizeof(marker));
	count = scan(0, UINT64_MAX, PAGE, marker, sizeof(marker), matches, 4);
	memset(in_smram, 0, sizeof(marker));
	memset(in_mailbox, 0, sizeof(marker));
	assert_int_equal(count, 1);
	assert_int_equal(matches[0], table_address(32));
}

/* What begins before the mailbox and ends in it, is not there. */
void scan_stops_at_the_edge(void **state)
{
	uint64_t start = probe.mailbox - 16;
	uint64_t matches[16];
	uint8_t bytes[32];

	(void)state;
	memcpy(bytes, probe.ram + start, sizeof(bytes));
	assert_int_equal(scan(start, start + 1, 1, bytes, 16, matches, 16), 1);
	assert_int_equal(matches[0], start);
	assert_int_equal(scan(start, start + 1, 1, bytes, 17, matches, 16), 0);
	assert_int_equal(
		scan(start - PAGE, start + PAGE, 1, bytes, 32, matches, 16), 0);
}

/*
 * Byte by byte where it is, and wherever else a physical address leads; there
 * at the alignment that allocations have. The shell around us knows that it is
 * in SMRAM, and nowhere else in RAM.
 */
void scan_finds_no_private_key(void **state)
{
	uint64_t end = probe.smram + SMRAM_SIZE;
	uint64_t matches[1];

	(void)state;
	assert_int_equal(scan(probe.smram, end, 1, probe.agent_private_key,
			      FATHOM_KEY_SIZE, matches, 1),
			 0);
	assert_int_equal(scan(0, 1ull << 32, 8, probe.agent_private_key,
			      FATHOM_KEY_SIZE, matches, 1),
			 0);
}

#define KERNEL	  (0xffff000000000000ull | 0x800000000000ull | ADDRESS)
#define USER_ROOT 10 /* tables 10 to 13, page 20: a user's address space */
#define POINTER	  16 /* where our object has its pointers */
#define ROOT_AT	  24

struct follow_request {
	struct fathom_wire_follow follow;
	struct fathom_wire_outline outlines[2];
	struct fathom_wire_piece pieces[2];
	struct fathom_wire_link link;
};

/* An object of 32 bytes at @start, and what its pointer leads to. */
static struct follow_request follow_request(uint64_t space, uint64_t start,
					    uint16_t flags)
{
	return (struct follow_request){
		.follow = {.space = space,
			   .start = start,
			   .max_pages = 16,
			   .outline_count = 2,
			   .piece_count = 2,
			   .link_count = 1},
		.outlines = {{1, 1}, {1, 0}},
		.pieces = {{0, 32}, {0, 8}},
		.link = {.offset = POINTER,
			 .root = ROOT_AT,
			 .outline = 1,
			 .flags = flags},
	};
}

/* It brings these pages of our tables, and no other. */
static void assert_brings(const struct follow_request *request,
			  const unsigned int *pages, uint32_t count)
{
	struct fathom_wire_follow_reply header = {0};
	uint32_t status;
	size_t length;
	uint32_t i;
	const uint8_t *reply = probe_ask(FATHOM_WIRE_FOLLOW, request,
					 sizeof(*request), &length, &status);

	if (!reply) {
		assert_int_equal(count, 0);
		return;
	}
	memcpy(&header, reply, sizeof(header));
	assert_int_equal(header.page_count, count);
	reply += sizeof(header);
	assert_int_equal(
		length,
		sizeof(header) +
			count * (sizeof(struct fathom_wire_page) + PAGE));
	for (i = 0; i < count; i++) {
		reply += sizeof(struct fathom_wire_page);
		assert_memory_equal(reply, table(pages[i]), PAGE);
		reply += PAGE;
	}
}

static const unsigned int first[] = {8};
static const unsigned int first_and_user[] = {8, 20};

/* The object in page 8, and a user's address space whose page is page 20. */
static void plant_objects(void)
{
	unsigned int i;

	plant_tables();
	table(0)[257] = table(0)[1];
	for (i = USER_ROOT; i < USER_ROOT + 3; i++) {
		memset(table(i), 0, PAGE);
		table(i)[1] = table_address(i + 1) | PRESENT;
	}
	memset(table(USER_ROOT + 3), 0, PAGE);
	table(USER_ROOT + 3)[1] = table_address(20) | PRESENT;
	memset(table(8), 0, PAGE);
	table(8)[POINTER / 8] = ADDRESS;
	table(8)[ROOT_AT / 8] = KERNEL + 2ull * PAGE;
}

static void assert_start_brings(const unsigned int *pages, uint32_t count)
{
	struct follow_request request = follow_request(ROOT, KERNEL, 0);

	assert_brings(&request, pages, count);
}

static void assert_user_link_brings(const unsigned int *pages, uint32_t count)
{
	struct follow_request request =
		follow_request(ROOT, KERNEL, FATHOM_LINK_USER);

	assert_brings(&request, pages, count);
}

/* Else what follows would prove nothing. */
void follow_brings_what_it_may(void **state)
{
	static const unsigned int both[] = {8, 9};
	struct follow_request request = follow_request(ROOT, KERNEL, 0);

	(void)state;
	plant_objects();
	assert_user_link_brings(first_and_user, 2);
	request.pieces[0].offset = PAGE - 16;
	assert_brings(&request, both, 2);
	request.pieces[0].offset = 0;
	table(8)[POINTER / 8] = KERNEL + PAGE;
	assert_brings(&request, both, 2);
}

static void start_leads_to(uint64_t bad)
{
	struct follow_request request = follow_request(ROOT, KERNEL, 0);
	unsigned int level;

	for (level = 0; level < 4; level++) {
		plant_objects();
		table(level)[level ? 1 : 257] = bad | PRESENT;
		assert_start_brings(NULL, 0);
	}
	plant_objects();
	request.follow.space = bad | FATHOM_SPACE_4_LEVEL;
	assert_brings(&request, NULL, 0);
	request.follow.space = bad | FATHOM_SPACE_5_LEVEL;
	assert_brings(&request, NULL, 0);
	/* The object's second half. */
	request = follow_request(ROOT, KERNEL, 0);
	request.pieces[0].offset = PAGE - 16;
	table(3)[2] = bad | PRESENT;
	assert_brings(&request, first, 1);
}

static void links_lead_to(uint64_t bad)
{
	unsigned int level;

	plant_objects();
	table(8)[POINTER / 8] = KERNEL + PAGE;
	table(3)[2] = bad | PRESENT;
	assert_start_brings(first, 1);
	for (level = 0; level < 4; level++) {
		plant_objects();
		table(USER_ROOT + level)[1] = bad | PRESENT;
		assert_user_link_brings(first, 1);
	}
	/* The user's top table itself, as the kernel's tables map it. */
	plant_objects();
	table(3)[3] = bad | PRESENT;
	assert_user_link_brings(first, 1);
	/* Where the pointer to it is. */
	plant_objects();
	table(8)[ROOT_AT / 8] = KERNEL + 5ull * PAGE;
	table(3)[6] = bad | PRESENT;
	assert_user_link_brings(first, 1);
}

void follow_brings_nothing_else(void **state)
{
	const uint64_t bad[] = {
		probe.smram,   probe.smram + SMRAM_SIZE - PAGE,
		LEGACY_SMRAM,  DEFAULT_SMBASE,
		probe.mailbox, probe.mailbox + probe.mailbox_size - PAGE,
		LOCAL_APIC,    IO_APIC,
		PCI_CONFIG,    FLASH,
		BEYOND_RAM,    HIGHEST_ADDRESS,
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		start_leads_to(bad[i]);
		links_lead_to(bad[i]);
	}
	calls_in_a_row(1);
}
