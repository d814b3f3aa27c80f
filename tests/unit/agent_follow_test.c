/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* FOLLOW: lists, trees, memory of processes; hostile pointers and requests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "agent_machine.h"

#include <cmocka.h>

/* Direct map of all RAM, by large pages, and an unmapped place beside it. */
#define MAP	  UINT64_C(0xffff888000000000)
#define UNMAPPED  UINT64_C(0xffffc90000000000)
#define OUTSIDE	  (MAP + UINT64_C(0xa0000)) /* mapped, but no RAM */
#define USER	  UINT64_C(0x7ffd12345000)
#define PAGE	  4096u
#define AT(page)  (MAP + MACHINE_FREE + (uint64_t)(page) * PAGE)
#define LAST_PAGE ((MACHINE_END - MACHINE_FREE) / PAGE)

/* An agent that makes more reads of the port than this is out of control. */
#define MOST_READS 20000u

struct query {
	struct fathom_wire_follow header;
	struct fathom_wire_outline outlines[FATHOM_WIRE_MAX_OUTLINES + 1];
	struct fathom_wire_piece pieces[FATHOM_WIRE_MAX_PIECES + 1];
	struct fathom_wire_link links[FATHOM_WIRE_MAX_LINKS + 1];
	uint64_t known[FATHOM_WIRE_MAX_KNOWN + 1];
	size_t capacity; /* of the reply */
	size_t cut;	 /* bytes left out at the end, or added (negative) */
};

static struct query query;

/* One outline: 8 bytes at 0, and whatever link a test adds. */
static int set_up(void **state)
{
	struct machine *machine;
	uint64_t at;

	if (machine_setup(state))
		return -1;
	machine = *state;
	for (at = 0; at < MACHINE_END; at += 2 << 20)
		machine_map(machine, machine->cpus[0].cr3, 4, MAP + at, at, 2);
	memset(&query, 0, sizeof(query));
	query.header.start = AT(0);
	query.header.max_pages = 64;
	query.header.outline_count = 1;
	query.header.piece_count = 1;
	query.outlines[0].piece_count = 1;
	query.pieces[0].size = 8;
	query.capacity = FATHOM_WIRE_MAX_REPLY;
	return 0;
}

static void add_link(int32_t offset, int32_t delta, uint16_t flags)
{
	query.links[query.header.link_count++] = (struct fathom_wire_link){
		.offset = offset,
		.delta = delta,
		.flags = flags,
	};
	query.outlines[0].link_count++;
}

static void put(struct machine *machine, uint64_t address, uint64_t value)
{
	machine_store(machine, address - MAP, value);
}

static size_t append(uint8_t *body, size_t size, const void *part,
		     size_t length)
{
	memcpy(body + size, part, length);
	return size + length;
}

static const uint8_t *send_query(struct machine *machine,
				 struct fathom_wire_header *header)
{
	static uint8_t body[sizeof(query)];
	const struct fathom_wire_follow *follow = &query.header;
	size_t size = 0;

	size = append(body, size, follow, sizeof(*follow));
	size = append(body, size, query.outlines,
		      follow->outline_count * sizeof(query.outlines[0]));
	size = append(body, size, query.pieces,
		      follow->piece_count * sizeof(query.pieces[0]));
	size = append(body, size, query.links,
		      follow->link_count * sizeof(query.links[0]));
	size = append(body, size, query.known,
		      follow->known_count * sizeof(query.known[0]));
	machine->reads = 0;
	return machine_request(machine, FATHOM_WIRE_FOLLOW, body,
			       size - query.cut, query.capacity, header);
}

/* How many pages come; each with the bytes that RAM has there. */
static uint32_t ask(struct machine *machine, struct fathom_wire_page *pages)
{
	struct fathom_wire_follow_reply reply;
	struct fathom_wire_header header;
	const uint8_t *body = send_query(machine, &header);
	uint32_t i;

	assert_non_null(body);
	memcpy(&reply, body, sizeof(reply));
	assert_int_equal(reply.reserved, 0);
	assert_true(reply.page_count <= query.header.max_pages);
	assert_int_equal(header.length,
			 sizeof(reply) +
				 reply.page_count * (sizeof(*pages) + PAGE));
	assert_true(machine->reads < MOST_READS);
	body += sizeof(reply);
	for (i = 0; i < reply.page_count; i++) {
		memcpy(&pages[i], body, sizeof(*pages));
		body += sizeof(*pages);
		if (pages[i].space == query.header.space &&
		    pages[i].address - MAP < MACHINE_END)
			assert_memory_equal(
				body, machine->ram + (pages[i].address - MAP),
				PAGE);
		body += PAGE;
	}
	return reply.page_count;
}

static struct fathom_wire_page brought[512];

/* Whether exactly these pages of AT() come, in this order. */
static void expect_pages(struct machine *machine, size_t count,
			 const uint32_t *pages)
{
	size_t i;

	assert_int_equal(ask(machine, brought), count);
	for (i = 0; i < count; i++) {
		assert_int_equal(brought[i].space, query.header.space);
		assert_int_equal(brought[i].address, AT(pages[i]));
	}
}

#define EXPECT_PAGES(machine, ...)                                         \
	expect_pages(machine,                                              \
		     sizeof((uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t), \
		     (uint32_t[]){__VA_ARGS__})

static uint32_t status_of(struct machine *machine)
{
	struct fathom_wire_header header;

	if (send_query(machine, &header))
		assert_int_equal(header.status, FATHOM_WIRE_OK);
	else
		assert_int_equal(header.length, 0);
	return header.status;
}

static void a_list_comes_whole(void **state)
{
	struct machine *machine = *state;

	/* list_head at 0x10: each points at the next one's. */
	add_link(0x10, 0x10, FATHOM_LINK_CHAIN);
	put(machine, AT(0) + 0x10, AT(5) + 0x10);
	put(machine, AT(5) + 0x10, AT(2) + 0x10);
	put(machine, AT(2) + 0x10, AT(7) + 0x10);
	put(machine, AT(7) + 0x10, AT(0) + 0x10);
	EXPECT_PAGES(machine, 0, 5, 2, 7);
}

static void negative_offsets_and_deltas(void **state)
{
	struct machine *machine = *state;

	query.pieces[0].offset = -8;
	add_link(-16, -0x20, 0);
	query.header.start = AT(1);
	put(machine, AT(1) - 16, AT(4) - 0x10);
	EXPECT_PAGES(machine, 0, 4);
}

static void near_objects_come_first(void **state)
{
	struct machine *machine = *state;

	/* A tree: two children each; 1 and 2, then theirs. */
	add_link(0, 0, 0);
	add_link(8, 0, 0);
	put(machine, AT(0), AT(1));
	put(machine, AT(0) + 8, AT(2));
	put(machine, AT(1), AT(3));
	put(machine, AT(1) + 8, AT(4));
	put(machine, AT(2), AT(5));
	put(machine, AT(2) + 8, AT(6));
	EXPECT_PAGES(machine, 0, 1, 2, 3, 4, 5, 6);
	query.header.max_pages = 3;
	EXPECT_PAGES(machine, 0, 1, 2);
}

static void links_lead_to_other_outlines(void **state)
{
	struct machine *machine = *state;

	add_link(0, 0, 0);
	query.links[0].outline = 1;
	query.header.outline_count = 2;
	query.header.piece_count = 3;
	query.outlines[1].piece_count = 2;
	query.pieces[1] = (struct fathom_wire_piece){0x3000, 1};
	query.pieces[2] = (struct fathom_wire_piece){0x1000, 1};
	put(machine, AT(0), AT(10));
	/* The other outline has no links: this one is not followed. */
	put(machine, AT(10), AT(20));
	EXPECT_PAGES(machine, 0, 13, 11);
	query.header.outline = 1;
	EXPECT_PAGES(machine, 3, 1);
}

static void flags_in_a_pointer_do_not_matter(void **state)
{
	struct machine *machine = *state;

	/* As a red-black tree's parent and colour. */
	add_link(0, 0, 0);
	put(machine, AT(0), AT(1) | 1);
	put(machine, AT(1), AT(2) | 3);
	put(machine, AT(2), AT(1));
	EXPECT_PAGES(machine, 0, 1, 2);
}

static void pieces_cross_pages(void **state)
{
	struct machine *machine = *state;

	query.pieces[0] = (struct fathom_wire_piece){PAGE - 1, 2};
	EXPECT_PAGES(machine, 0, 1);
	query.pieces[0] = (struct fathom_wire_piece){1, PAGE};
	EXPECT_PAGES(machine, 0, 1);
	query.pieces[0] = (struct fathom_wire_piece){0, PAGE};
	EXPECT_PAGES(machine, 0);
}

static void pieces_do_not_wrap(void **state)
{
	struct machine *machine = *state;

	machine_map(machine, machine->cpus[0].cr3, 4, UINT64_MAX - PAGE + 1,
		    MACHINE_FREE, 1);
	machine_map(machine, machine->cpus[0].cr3, 4, 0, MACHINE_FREE, 1);
	query.header.start = UINT64_MAX - 7;
	query.pieces[0].size = 8;
	assert_int_equal(ask(machine, brought), 1);
	assert_int_equal(brought[0].address, UINT64_MAX - PAGE + 1);
	query.pieces[0].size = 9;
	assert_int_equal(ask(machine, brought), 0);
	query.pieces[0] = (struct fathom_wire_piece){-(1 << 30), 8};
	query.header.start = 16;
	assert_int_equal(ask(machine, brought), 0);
}

static void circles_end(void **state)
{
	struct machine *machine = *state;

	add_link(0, 0, 0);
	put(machine, AT(0), AT(0));
	EXPECT_PAGES(machine, 0);
	put(machine, AT(0), AT(1));
	put(machine, AT(1), AT(2));
	put(machine, AT(2), AT(1));
	EXPECT_PAGES(machine, 0, 1, 2);
	assert_true(machine->reads < 60);
}

static bool has_page(uint64_t address, uint32_t count)
{
	uint32_t i;

	for (i = 0; i < count; i++)
		if (brought[i].address == address)
			return true;
	return false;
}

static void chains_leave_a_quarter(void **state)
{
	struct machine *machine = *state;
	uint32_t count;
	uint32_t i;

	/* Each link of the chain has something that is no chain. */
	add_link(0, 0, FATHOM_LINK_CHAIN);
	add_link(8, 0, 0);
	query.links[1].outline = 1;
	query.header.outline_count = 2;
	query.header.piece_count = 2;
	query.outlines[1].piece_count = 1;
	query.pieces[1].size = 8;
	for (i = 0; i < 100; i++) {
		put(machine, AT(i), AT(i + 1));
		put(machine, AT(i) + 8, AT(500 + i));
	}
	query.header.max_pages = 40;
	count = ask(machine, brought);
	for (i = 0; has_page(AT(i), count); i++)
		assert_true(has_page(AT(500 + i), count));
	/* Each brings two pages: 30 are three quarters. */
	assert_in_range(i, 15, 17);
	assert_int_equal(count, 2 * i);
}

static void known_pages_are_not_sent(void **state)
{
	struct machine *machine = *state;

	add_link(0, 0, 0);
	put(machine, AT(0), AT(1));
	put(machine, AT(1), AT(2));
	put(machine, AT(2), AT(3));
	query.header.known_count = 3;
	query.known[0] = AT(0);
	query.known[1] = AT(2);
	query.known[2] = AT(9);
	EXPECT_PAGES(machine, 1, 3);
	/* Nor do they count. */
	query.header.max_pages = 1;
	EXPECT_PAGES(machine, 1);
}

static void what_cannot_be_had_is_left_out(void **state)
{
	static const uint64_t pointers[] = {
		0,
		1,
		UNMAPPED,
		OUTSIDE,
		UINT64_C(0xdead000000000100),
		UINT64_C(0x8000000000000000),
		UINT64_C(0xfff0000000000000),
		UINT64_MAX,
		UINT64_MAX - 7,
		USER,
		MACHINE_FREE,
	};
	struct machine *machine = *state;
	size_t i;

	/* Through the kernel's own tables, lower-half pointers lead nowhere. */
	machine_map(machine, machine->cpus[0].cr3, 4, USER, MACHINE_FREE, 1);
	machine_map(machine, machine->cpus[0].cr3, 4, MACHINE_FREE,
		    MACHINE_FREE, 1);
	add_link(0, 0, 0);
	add_link(8, 0, 0);
	put(machine, AT(0) + 8, AT(1));
	for (i = 0; i < sizeof(pointers) / sizeof(pointers[0]); i++) {
		put(machine, AT(0), pointers[i]);
		put(machine, AT(1), pointers[i] + 0x1000);
		EXPECT_PAGES(machine, 0, 1);
	}
	machine->missing = MACHINE_FREE;
	assert_int_equal(ask(machine, brought), 0);
	query.header.start = UNMAPPED;
	assert_int_equal(ask(machine, brought), 0);
	query.header.start = UINT64_C(0x0100000000000000);
	assert_int_equal(ask(machine, brought), 0);
}

static void a_delta_does_not_leave_the_half(void **state)
{
	struct machine *machine = *state;

	machine_map(machine, machine->cpus[0].cr3, 4, 0x7fff0000, MACHINE_FREE,
		    1);
	add_link(0, 0, 0);
	query.links[0].delta = -0x7fff0000;
	put(machine, AT(0), UINT64_MAX - 0x7f);
	EXPECT_PAGES(machine, 0);
}

static void excluded_memory_never_comes(void **state)
{
	struct machine *machine = *state;
	uint32_t i;

	machine->agent.excluded_count = 1;
	machine->excluded[0].start = MACHINE_FREE + PAGE + 0x800;
	machine->excluded[0].size = PAGE;
	add_link(0, 0, 0);
	for (i = 0; i < 4; i++)
		put(machine, AT(i), AT(i + 1));
	/* Page 1 holds some of it; its pointer is outside, and is followed. */
	EXPECT_PAGES(machine, 0);
	put(machine, AT(0), AT(3));
	EXPECT_PAGES(machine, 0, 3, 4);
	query.header.start = AT(1);
	EXPECT_PAGES(machine);
}

/*
 * mm_struct: arg_start at 8, pgd at 16. User memory by @levels levels of
 * tables at a place of their own.
 */
static uint64_t add_process(struct machine *machine, uint64_t mm,
			    unsigned int levels, uint64_t physical)
{
	uint64_t root = machine_table(machine);

	machine_map(machine, root, levels, USER, physical, 1);
	put(machine, mm + 8, USER + 0x123);
	put(machine, mm + 16, MAP + root);
	return root |
	       (levels == 5 ? FATHOM_SPACE_5_LEVEL : FATHOM_SPACE_4_LEVEL);
}

static void add_user_link(void)
{
	add_link(8, 0, FATHOM_LINK_USER);
	query.links[query.header.link_count - 1].root = 16;
	query.links[query.header.link_count - 1].outline = 1;
	query.header.outline_count = 2;
	query.header.piece_count = 2;
	query.outlines[1].piece_count = 1;
	query.pieces[1].size = 256;
}

static void memory_of_processes(struct machine *machine, unsigned int levels)
{
	uint64_t first =
		add_process(machine, AT(0), levels, MACHINE_FREE + 5 * PAGE);
	uint64_t second =
		add_process(machine, AT(1), levels, MACHINE_FREE + 6 * PAGE);

	/* Both at one address, as after fork(). */
	add_link(0, 0, FATHOM_LINK_CHAIN);
	add_user_link();
	put(machine, AT(0), AT(1));
	assert_int_equal(ask(machine, brought), 4);
	assert_int_equal(brought[0].address, AT(0));
	assert_int_equal(brought[1].address, AT(1));
	assert_int_equal(brought[2].space, first);
	assert_int_equal(brought[2].address, USER);
	assert_int_equal(brought[3].space, second);
	assert_int_equal(brought[3].address, USER);
	/* Known pages are the kernel's. */
	query.header.known_count = 1;
	query.known[0] = USER;
	assert_int_equal(ask(machine, brought), 4);
}

static void memory_of_processes_comes(void **state)
{
	memory_of_processes(*state, 4);
}

static void memory_of_processes_comes_with_five_levels(void **state)
{
	struct machine *machine = *state;
	uint64_t *top;

	machine->cpus[0].cr4 |= CR4_LA57;
	machine->cpus[0].cr3 = machine_table(machine);
	top = (uint64_t *)(machine->ram + machine->cpus[0].cr3);
	/* The tables of set_up() one level below. */
	top[511] = MACHINE_TABLES | 0x67;
	memory_of_processes(machine, 5);
}

static void hostile_page_tables_of_processes(void **state)
{
	struct machine *machine = *state;
	static const uint64_t tables[] = {
		0,
		MACHINE_FREE,	/* lower half */
		MAP + 0x100008, /* in the middle of a page */
		UNMAPPED,
		OUTSIDE,
		UINT64_C(0xdead000000000000),
		MAP + MACHINE_FREE + PAGE * (LAST_PAGE - 1), /* empty */
	};
	size_t i;

	add_user_link();
	add_process(machine, AT(0), 4, MACHINE_FREE + 5 * PAGE);
	assert_int_equal(ask(machine, brought), 2);
	for (i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		put(machine, AT(0) + 16, tables[i]);
		EXPECT_PAGES(machine, 0);
	}
	/* A pointer into the kernel's half is no user pointer. */
	add_process(machine, AT(0), 4, MACHINE_FREE + 5 * PAGE);
	put(machine, AT(0) + 8, AT(3));
	EXPECT_PAGES(machine, 0);
	/* Neither is one that gets there by its delta. */
	put(machine, AT(0) + 8, 0x10);
	query.links[0].delta = 0x20;
	EXPECT_PAGES(machine, 0);
}

static void user_memory_leads_nowhere(void **state)
{
	struct machine *machine = *state;

	/* What is there looks like an mm_struct, too. */
	add_user_link();
	query.links[0].outline = 0;
	add_process(machine, AT(0), 4, MACHINE_FREE + 5 * PAGE);
	add_process(machine, AT(5) + 0x123, 4, MACHINE_FREE + 6 * PAGE);
	assert_int_equal(ask(machine, brought), 2);
}

/* All of memory is pointers to places in it that are multiples of @unit. */
static void fill_with_pointers(struct machine *machine, uint64_t unit)
{
	uint64_t units = (MACHINE_END - MACHINE_FREE) / unit;
	uint64_t random = 1;
	uint64_t at;

	for (at = AT(0); at < MAP + MACHINE_END; at += 8) {
		random = random * UINT64_C(6364136223846793005) + 1;
		put(machine, at, AT(0) + (random >> 33) % units * unit);
	}
}

static void know_all_pages(void)
{
	uint32_t i;

	query.header.known_count = LAST_PAGE;
	for (i = 0; i < LAST_PAGE; i++)
		query.known[i] = AT(i);
}

static void hostile_memory_is_bounded(void **state)
{
	struct machine *machine = *state;
	uint32_t i;

	for (i = 0; i < 8; i++)
		add_link((int32_t)i * 8, 0, 0);
	query.header.max_pages = UINT32_MAX;
	fill_with_pointers(machine, 8);
	/* The reply is full: two headers take the room of the 255th page. */
	assert_int_equal(ask(machine, brought), 254);
	/* Objects without end, in pages that are known. */
	know_all_pages();
	assert_int_equal(ask(machine, brought), 0);
	assert_true(machine->reads > 1000);
	/* As many links as there may be: the queue runs over. */
	while (query.header.link_count < FATHOM_WIRE_MAX_LINKS)
		add_link((int32_t)query.header.link_count * 8, 0, 0);
	assert_int_equal(ask(machine, brought), 0);
	assert_true(machine->reads > 1000);
}

static void pages_that_are_not_there_are_bounded(void **state)
{
	struct machine *machine = *state;
	uint32_t i;

	add_link(0, 0, 0);
	add_link(8, 0, 0);
	fill_with_pointers(machine, PAGE);
	query.header.max_pages = UINT32_MAX;
	query.header.piece_count = FATHOM_WIRE_MAX_PIECES;
	query.outlines[0].piece_count = FATHOM_WIRE_MAX_PIECES;
	for (i = 0; i < FATHOM_WIRE_MAX_PIECES; i++)
		query.pieces[i] = (struct fathom_wire_piece){
			(int32_t)(MACHINE_END + i * PAGE), PAGE};
	assert_int_equal(ask(machine, brought), 0);
	assert_true(machine->reads < 1500);
}

static void hostile_processes_are_bounded(void **state)
{
	struct machine *machine = *state;
	uint64_t root = machine_table(machine);
	uint32_t i;

	/* Each link: a user pointer at 8, by way of a table at 16. */
	machine_map(machine, root, 4, USER, MACHINE_FREE, 1);
	for (i = 0; i < 1000; i++) {
		put(machine, AT(i), AT(i + 1));
		put(machine, AT(i) + 8, USER + i * PAGE);
		put(machine, AT(i) + 16, MAP + root);
	}
	add_link(0, 0, 0);
	add_user_link();
	while (query.header.link_count < FATHOM_WIRE_MAX_LINKS) {
		query.links[query.header.link_count++] = query.links[1];
		query.outlines[0].link_count++;
	}
	query.header.max_pages = UINT32_MAX;
	assert_true(ask(machine, brought) > 10);
}

static void the_reply_bounds_the_pages(void **state)
{
	struct machine *machine = *state;
	uint32_t i;

	add_link(0, 0, 0);
	for (i = 0; i < 300; i++)
		put(machine, AT(i), AT(i + 1));
	query.capacity = sizeof(struct fathom_wire_header) +
			 sizeof(struct fathom_wire_follow_reply) +
			 3 * (sizeof(struct fathom_wire_page) + PAGE);
	EXPECT_PAGES(machine, 0, 1, 2);
	query.capacity--;
	EXPECT_PAGES(machine, 0, 1);
	query.capacity = PAGE;
	assert_int_equal(status_of(machine), FATHOM_WIRE_TOO_LARGE);
	query.capacity = sizeof(struct fathom_wire_header);
	assert_int_equal(status_of(machine), FATHOM_WIRE_TOO_LARGE);
	/* So do the agent's own limits. */
	query.capacity = FATHOM_WIRE_MAX_REPLY;
	machine->agent.limits.max_reply = 10 * PAGE;
	assert_int_equal(ask(machine, brought), 9);
}

static void the_target_may_go(void **state)
{
	struct machine *machine = *state;

	machine->gone = true;
	assert_int_equal(status_of(machine), FATHOM_WIRE_TARGET_GONE);
	machine->gone = false;
	machine->cpus_status = FATHOM_WIRE_TARGET_GONE;
	assert_int_equal(status_of(machine), FATHOM_WIRE_TARGET_GONE);
}

static void spaces(void **state)
{
	struct machine *machine = *state;

	query.header.space = machine->cpus[0].cr3 | FATHOM_SPACE_4_LEVEL;
	EXPECT_PAGES(machine, 0);
	query.header.space = machine->cpus[0].cr3;
	EXPECT_PAGES(machine, 0);
	query.header.space = FATHOM_SPACE_PHYSICAL;
	assert_int_equal(status_of(machine), FATHOM_WIRE_MALFORMED);
	query.header.space = machine->cpus[0].cr3 | 2;
	assert_int_equal(status_of(machine), FATHOM_WIRE_BAD_TABLE);
	/* Tables outside RAM map nothing. */
	query.header.space = UINT64_C(0xa0000) | FATHOM_SPACE_4_LEVEL;
	assert_int_equal(ask(machine, brought), 0);
}

/* Every field of a good request, one after another, with a bad value. */
static void malformed_requests(void **state)
{
	struct machine *machine = *state;
	static struct query good;
	uint32_t i;

	add_link(0, 0, 0);
	query.header.known_count = 2;
	query.known[0] = AT(1);
	query.known[1] = AT(2);
	good = query;

#define REFUSED(change)                                                      \
	do {                                                                 \
		query = good;                                                \
		change;                                                      \
		assert_int_equal(status_of(machine), FATHOM_WIRE_MALFORMED); \
		assert_int_equal(machine->reads, 0);                         \
	} while (0)

	assert_int_equal(status_of(machine), FATHOM_WIRE_OK);
	REFUSED(query.header.max_pages = 0);
	REFUSED(query.header.outline = 1);
	REFUSED(query.header.outline_count = 0);
	REFUSED(query.header.outline_count = FATHOM_WIRE_MAX_OUTLINES + 1);
	REFUSED(query.header.piece_count = 0);
	REFUSED(query.header.piece_count = 2; query.pieces[1].size = 1);
	REFUSED(query.header.link_count = 0);
	REFUSED(query.header.link_count = 2);
	REFUSED(query.outlines[0].piece_count = 2);
	REFUSED(query.outlines[0].piece_count = UINT32_MAX);
	REFUSED(query.outlines[0].link_count = 2);
	REFUSED(query.outlines[0].link_count = UINT32_MAX);
	REFUSED(query.outlines[0].link_count = 0);
	REFUSED(query.pieces[0].size = 0);
	REFUSED(query.pieces[0].size = PAGE + 1);
	REFUSED(query.links[0].outline = 1);
	REFUSED(query.links[0].outline = UINT16_MAX);
	REFUSED(query.links[0].flags = 4);
	REFUSED(query.links[0].flags = 0x8000);
	REFUSED(query.known[1] = query.known[0]);
	REFUSED(query.known[1] = 0);
	REFUSED(query.cut = 1);
	REFUSED(query.cut = 8);
	REFUSED(query.cut = (size_t)-8);

	/* One more of anything than there may be, all else being right. */
	REFUSED(query.header.piece_count = FATHOM_WIRE_MAX_PIECES + 1;
		query.outlines[0].piece_count = query.header.piece_count;
		for (i = 0; i < query.header.piece_count; i++) query.pieces[i]
			.size = 1);
	REFUSED(query.header.link_count = FATHOM_WIRE_MAX_LINKS + 1;
		query.outlines[0].link_count = query.header.link_count);
	REFUSED(query.header.known_count = FATHOM_WIRE_MAX_KNOWN + 1;
		for (i = 0; i < query.header.known_count; i++)
			query.known[i] = AT(i));

	/* Counts whose sum, but not themselves, is right. */
	REFUSED(query.header.outline_count = 2;
		query.outlines[0].piece_count = UINT32_MAX;
		query.outlines[1].piece_count = 2);

	/* Shorter than its own header. */
	for (i = 0; i < sizeof(query.header); i++) {
		struct fathom_wire_header header;

		assert_null(machine_request(machine, FATHOM_WIRE_FOLLOW,
					    &good.header, i, 1 << 16, &header));
		assert_int_equal(header.status, FATHOM_WIRE_MALFORMED);
	}
}

static void as_much_as_the_format_allows(void **state)
{
	struct machine *machine = *state;
	uint32_t i;

	query.header.outline_count = FATHOM_WIRE_MAX_OUTLINES;
	query.header.outline = FATHOM_WIRE_MAX_OUTLINES - 1;
	for (i = 0; i < FATHOM_WIRE_MAX_OUTLINES; i++) {
		query.outlines[i].piece_count =
			FATHOM_WIRE_MAX_PIECES / FATHOM_WIRE_MAX_OUTLINES;
		query.outlines[i].link_count =
			FATHOM_WIRE_MAX_LINKS / FATHOM_WIRE_MAX_OUTLINES;
	}
	query.header.piece_count = FATHOM_WIRE_MAX_PIECES;
	for (i = 0; i < FATHOM_WIRE_MAX_PIECES; i++)
		query.pieces[i] = (struct fathom_wire_piece){0, 8};
	query.header.link_count = FATHOM_WIRE_MAX_LINKS;
	for (i = 0; i < FATHOM_WIRE_MAX_LINKS; i++)
		query.links[i].outline = (uint16_t)(i % 64);
	query.header.known_count = FATHOM_WIRE_MAX_KNOWN;
	for (i = 0; i < FATHOM_WIRE_MAX_KNOWN; i++)
		query.known[i] = i * PAGE;
	put(machine, AT(0), AT(1));
	EXPECT_PAGES(machine, 0, 1);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, set_up, machine_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_list_comes_whole),
		TEST(negative_offsets_and_deltas),
		TEST(near_objects_come_first),
		TEST(links_lead_to_other_outlines),
		TEST(flags_in_a_pointer_do_not_matter),
		TEST(pieces_cross_pages),
		TEST(pieces_do_not_wrap),
		TEST(circles_end),
		TEST(chains_leave_a_quarter),
		TEST(known_pages_are_not_sent),
		TEST(what_cannot_be_had_is_left_out),
		TEST(a_delta_does_not_leave_the_half),
		TEST(excluded_memory_never_comes),
		TEST(memory_of_processes_comes),
		TEST(memory_of_processes_comes_with_five_levels),
		TEST(hostile_page_tables_of_processes),
		TEST(user_memory_leads_nowhere),
		TEST(hostile_memory_is_bounded),
		TEST(hostile_processes_are_bounded),
		TEST(pages_that_are_not_there_are_bounded),
		TEST(the_reply_bounds_the_pages),
		TEST(the_target_may_go),
		TEST(spaces),
		TEST(malformed_requests),
		TEST(as_much_as_the_format_allows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
