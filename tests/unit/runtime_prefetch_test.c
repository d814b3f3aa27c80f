/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* What a missing page brings besides: requests, what becomes of replies. */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fathom/error.h>
#include <fathom/fault.h>
#include <fathom/target.h>

#include "client.h"
#include "prefetch.h"
#include "runtime_machine.h"
#include "target_state.h"
#include "thread.h"
#include "view.h"

#define PAGE	   4096ull
#define USER_SPACE (0x9000ull | FATHOM_SPACE_4_LEVEL)
#define USER	   0x7ffd12345000ull

size_t fathom_read_space(unsigned long root, unsigned long address,
			 void *buffer, size_t size);

/* A list: an object's 16 bytes, its next pointer at 8. */
static struct fathom_outline list;
static const struct fathom_outline_piece list_piece = {0, 16};
static struct fathom_outline_link list_link;

static int set_up(void **state)
{
	int failed = machine_set_up(state);

	machine_fake.can_follow = 1;
	list_link = (struct fathom_outline_link){
		.to = &list, .offset = 8, .delta = 8};
	list = (struct fathom_outline){
		.pieces = &list_piece,
		.links = &list_link,
		.piece_count = 1,
		.link_count = 1,
	};
	return failed;
}

static uint64_t at(uint64_t page)
{
	return MACHINE_START + page * PAGE;
}

/* A load at @address of an object with @outline, @offset bytes into it. */
static void load_at(uint64_t address, struct fathom_outline *outline,
		    int offset)
{
	const struct fathom_site site = {
		.size = 8,
		.outline = outline,
		.outline_offset = offset,
	};

	assert_memory_equal(machine_load(address, 8, &site, NULL),
			    machine_at(address), 8);
}

static void load(uint64_t page)
{
	load_at(at(page), &list, 0);
}

/* The page comes with the next FOLLOW, whatever that asks for. */
static void bring(uint64_t space, uint64_t address)
{
	machine_fake.ahead[machine_fake.ahead_count++] =
		(struct fathom_wire_page){space, address};
}

static struct fathom_wire_follow followed(void)
{
	struct fathom_wire_follow request;

	memcpy(&request, machine_fake.followed, sizeof(request));
	return request;
}

/* The parts of the last request, as wire.h orders them. */
static struct fathom_wire_outline outline(uint32_t index)
{
	struct fathom_wire_outline result;

	memcpy(&result,
	       machine_fake.followed + sizeof(struct fathom_wire_follow) +
		       index * sizeof(result),
	       sizeof(result));
	return result;
}

static size_t start_of_pieces(void)
{
	return sizeof(struct fathom_wire_follow) +
	       followed().outline_count * sizeof(struct fathom_wire_outline);
}

static size_t start_of_links(void)
{
	return start_of_pieces() +
	       followed().piece_count * sizeof(struct fathom_wire_piece);
}

static struct fathom_wire_piece piece(uint32_t index)
{
	struct fathom_wire_piece result;

	memcpy(&result,
	       machine_fake.followed + start_of_pieces() +
		       index * sizeof(result),
	       sizeof(result));
	return result;
}

static struct fathom_wire_link link_at(uint32_t index)
{
	struct fathom_wire_link result;

	memcpy(&result,
	       machine_fake.followed + start_of_links() +
		       index * sizeof(result),
	       sizeof(result));
	return result;
}

static uint64_t known(uint32_t index)
{
	uint64_t result;

	memcpy(&result,
	       machine_fake.followed + start_of_links() +
		       followed().link_count * sizeof(struct fathom_wire_link) +
		       index * sizeof(result),
	       sizeof(result));
	return result;
}

static void a_miss_brings_what_comes_next(void **state)
{
	size_t calls;

	(void)state;
	bring(MACHINE_SPACE, at(3));
	bring(MACHINE_SPACE, at(9));
	bring(MACHINE_SPACE, at(5));
	calls = machine_fake.calls;
	load_at(at(3) + 24, &list, 16);
	/* Page 3 is there: what remains is no call at all. */
	assert_int_equal(machine_fake.calls, calls + 1);
	load(9);
	load(5);
	load_at(at(3) + 800, &list, 0);
	assert_int_equal(machine_fake.calls, calls + 1);

	assert_int_equal(followed().space, MACHINE_SPACE);
	assert_int_equal(followed().start, at(3) + 8);
	assert_int_equal(followed().outline, 0);
	assert_int_equal(followed().outline_count, 1);
	assert_int_equal(followed().known_count, 0);
	assert_int_equal(outline(0).piece_count, 1);
	assert_int_equal(outline(0).link_count, 1);
	assert_int_equal(piece(0).offset, 0);
	assert_int_equal(piece(0).size, 16);
	assert_int_equal(link_at(0).offset, 8);
	assert_int_equal(link_at(0).delta, 8);
	assert_int_equal(link_at(0).outline, 0);
	assert_int_equal(link_at(0).flags, FATHOM_LINK_CHAIN);
}

static void what_did_not_come_is_read(void **state)
{
	size_t calls;

	(void)state;
	bring(MACHINE_SPACE, at(9));
	calls = machine_fake.calls;
	load(3);
	assert_int_equal(machine_fake.calls, calls + 2);
	/* No outline, nothing to follow. */
	load_at(at(20), NULL, 0);
	assert_int_equal(machine_fake.calls, calls + 3);
	assert_int_equal(machine_fake.follows, 1);
}

static void off_means_plain_reads(void **state)
{
	uint64_t i;

	(void)state;
	fathom_default->prefetch_pages = 0;
	for (i = 0; i < 20; i += 2)
		load(i);
	assert_int_equal(machine_fake.follows, 0);
}

static void the_window_grows(void **state)
{
	static const uint32_t windows[] = {8, 32, 128, 200, 200};
	size_t i;

	(void)state;
	fathom_default->prefetch_pages = 200;
	for (i = 0; i < sizeof(windows) / sizeof(windows[0]); i++) {
		load(2 * i);
		assert_int_equal(followed().max_pages, windows[i]);
	}
	/* The most there is does not overflow. */
	fathom_default->prefetch_pages = UINT32_MAX;
	for (i = 0; i < 20; i++) {
		load(20 + 2 * i);
		assert_in_range(followed().max_pages, 200, UINT32_MAX);
	}
	assert_int_equal(followed().max_pages, UINT32_MAX);
	/* A small setting is kept from the first. */
	fathom_default->prefetch_pages = 3;
	load(80);
	assert_int_equal(followed().max_pages, 3);
}

static void only_ways_back_are_chains(void **state)
{
	static struct fathom_outline tree, leaf, mm, text;
	static const struct fathom_outline_link tree_links[] = {
		{.to = &leaf, .offset = 8},
		{.to = &mm, .offset = 16},
	};
	static const struct fathom_outline_link leaf_links[] = {
		{.to = &tree, .offset = 24},
	};
	static const struct fathom_outline_link mm_links[] = {
		{.to = &text,
		 .offset = 32,
		 .root = -40,
		 .flags = FATHOM_OUTLINE_USER},
	};

	(void)state;
	tree = (struct fathom_outline){.links = tree_links, .link_count = 2};
	leaf = (struct fathom_outline){.links = leaf_links, .link_count = 1};
	mm = (struct fathom_outline){.links = mm_links, .link_count = 1};
	text = (struct fathom_outline){.pieces = &list_piece, .piece_count = 1};
	load_at(at(0), &tree, 0);
	assert_int_equal(followed().outline_count, 4);
	assert_int_equal(followed().piece_count, 1);
	assert_int_equal(followed().link_count, 4);
	assert_int_equal(link_at(0).outline, 1);
	assert_int_equal(link_at(0).flags, FATHOM_LINK_CHAIN);
	assert_int_equal(link_at(1).outline, 2);
	assert_int_equal(link_at(1).flags, 0);
	assert_int_equal(link_at(2).outline, 0);
	assert_int_equal(link_at(2).flags, FATHOM_LINK_CHAIN);
	assert_int_equal(link_at(3).outline, 3);
	assert_int_equal(link_at(3).flags, FATHOM_LINK_USER);
	assert_int_equal(link_at(3).root, -40);
	assert_int_equal(outline(3).piece_count, 1);
}

#define MANY 100u

/* What wire.h demands of a request, else the agent refuses it. */
static void assert_well_formed(void)
{
	struct fathom_wire_follow request = followed();
	uint32_t pieces = 0;
	uint32_t links = 0;
	uint32_t i;

	assert_in_range(request.outline_count, 1, FATHOM_WIRE_MAX_OUTLINES);
	assert_true(request.piece_count <= FATHOM_WIRE_MAX_PIECES);
	assert_true(request.link_count <= FATHOM_WIRE_MAX_LINKS);
	assert_true(request.known_count <= FATHOM_WIRE_MAX_KNOWN);
	for (i = 0; i < request.outline_count; i++) {
		pieces += outline(i).piece_count;
		links += outline(i).link_count;
	}
	assert_int_equal(pieces, request.piece_count);
	assert_int_equal(links, request.link_count);
	for (i = 0; i < request.link_count; i++)
		assert_true(link_at(i).outline < request.outline_count);
	for (i = 1; i < request.known_count; i++)
		assert_true(known(i - 1) < known(i));
}

static void more_outlines_than_a_request_holds(void **state)
{
	static struct fathom_outline outlines[MANY];
	static struct fathom_outline_link links[MANY];
	uint32_t i;

	(void)state;
	for (i = 0; i < MANY; i++) {
		links[i].to = &outlines[(i + 1) % MANY];
		outlines[i] = (struct fathom_outline){
			.pieces = &list_piece,
			.links = &links[i],
			.piece_count = 1,
			.link_count = 1,
		};
	}
	load_at(at(0), outlines, 0);
	assert_well_formed();
	assert_int_equal(followed().outline_count, FATHOM_WIRE_MAX_OUTLINES);
	/* The last one's link leads to one that is not there. */
	assert_int_equal(followed().link_count, FATHOM_WIRE_MAX_OUTLINES - 1);
}

static void more_parts_than_a_request_holds(void **state)
{
	static struct fathom_outline outlines[MANY];
	static struct fathom_outline_piece pieces[MANY];
	static struct fathom_outline_link links[MANY];
	uint32_t i;

	(void)state;
	for (i = 0; i < MANY; i++) {
		pieces[i] = (struct fathom_outline_piece){(int)i, 1};
		links[i].to = &outlines[i];
		outlines[i] = (struct fathom_outline){
			.pieces = pieces,
			.links = links,
			.piece_count = MANY,
			.link_count = MANY,
		};
	}
	load_at(at(0), outlines, 0);
	assert_well_formed();
	assert_int_equal(followed().piece_count, FATHOM_WIRE_MAX_PIECES);
	assert_int_equal(followed().link_count, FATHOM_WIRE_MAX_LINKS);
}

static void known_pages_are_told_in_order(void **state)
{
	static const uint64_t pages[] = {40, 7, 900, 3, 500};
	uint8_t byte;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(pages) / sizeof(pages[0]); i++)
		load_at(at(pages[i]), NULL, 0);
	/* Of the kernel only. */
	fake_channel_map(&machine_fake, USER_SPACE, USER, machine_memory, PAGE);
	assert_int_equal(fathom_read_space(0x9000, USER, &byte, 1), 1);
	load(100);
	assert_well_formed();
	assert_int_equal(followed().known_count, 5);
	assert_int_equal(known(0), at(3));
	assert_int_equal(known(1), at(7));
	assert_int_equal(known(2), at(40));
	assert_int_equal(known(3), at(500));
	assert_int_equal(known(4), at(900));
}

static void only_so_many_known_pages_fit(void **state)
{
	/* As many as there are of memory, and a few others. */
	const uint64_t other = MACHINE_END + (1 << 20);

	(void)state;
	fake_channel_map(&machine_fake, MACHINE_SPACE, other, machine_memory,
			 64 * PAGE);
	machine_load(at(0), 2047 * PAGE, NULL, NULL);
	machine_load(other, 64 * PAGE, NULL, NULL);
	load(2047);
	assert_well_formed();
	assert_in_range(followed().known_count, FATHOM_WIRE_MAX_KNOWN - 1,
			FATHOM_WIRE_MAX_KNOWN);
	/* The last ones. */
	assert_int_equal(known(followed().known_count - 1), other + 63 * PAGE);
}

static void a_refresh_forgets(void **state)
{
	(void)state;
	bring(MACHINE_SPACE, at(3));
	bring(MACHINE_SPACE, at(9));
	load(3);
	machine_put(at(9), 77);
	assert_null(fathom_target_refresh(fathom_default));
	load(3);
	assert_int_equal(machine_fake.follows, 2);
	assert_int_equal(followed().known_count, 0);
	assert_int_equal(*(const uint64_t *)machine_load(at(9), 8, NULL, NULL),
			 77);
}

static void a_page_is_the_same_for_an_epoch(void **state)
{
	const uint64_t *value;

	(void)state;
	value = machine_load(at(9), 8, NULL, NULL);
	bring(MACHINE_SPACE, at(9));
	machine_put(at(9), ~*value);
	load(3);
	assert_ptr_equal(machine_load(at(9), 8, NULL, NULL), value);
	assert_int_not_equal(*value, *(const uint64_t *)machine_at(at(9)));
}

static void memory_of_processes_is_kept(void **state)
{
	uint8_t bytes[16];
	size_t calls;

	(void)state;
	fake_channel_map(&machine_fake, USER_SPACE, USER, machine_memory + 99,
			 PAGE);
	bring(USER_SPACE, USER);
	bring(MACHINE_SPACE, at(3));
	load(3);
	calls = machine_fake.calls;
	assert_int_equal(fathom_read_space(0x9000, USER, bytes, sizeof(bytes)),
			 sizeof(bytes));
	assert_memory_equal(bytes, machine_memory + 99, sizeof(bytes));
	assert_int_equal(machine_fake.calls, calls);
}

static void an_agent_that_cannot_is_asked_once(void **state)
{
	uint64_t i;

	(void)state;
	machine_fake.can_follow = 0;
	for (i = 0; i < 20; i += 2)
		load(i);
	assert_int_equal(machine_fake.follows, 1);
	assert_null(fathom_target_refresh(fathom_default));
	load(0);
	assert_int_equal(machine_fake.follows, 1);
}

static void an_agent_that_takes_no_long_requests(void **state)
{
	(void)state;
	machine_fake.info.max_request = 256;
	assert_null(fathom_target_refresh(fathom_default));
	machine_load(at(0), 200 * PAGE, NULL, NULL);
	load(500);
	assert_int_equal(machine_fake.follows, 0);
	/* One that is short is sent. */
	assert_null(fathom_target_refresh(fathom_default));
	load(500);
	assert_int_equal(machine_fake.follows, 1);
}

/* Ways to spoil the reply to a FOLLOW that brings pages 3 and 9. */

static struct fathom_wire_page *first_page(uint8_t *reply)
{
	return (struct fathom_wire_page
			*)(reply + sizeof(struct fathom_wire_header) +
			   sizeof(struct fathom_wire_follow_reply));
}

static void set_count(uint8_t *reply, uint32_t count)
{
	memcpy(reply + sizeof(struct fathom_wire_header), &count,
	       sizeof(count));
}

static void set_size(uint8_t *reply, size_t *size, size_t wanted)
{
	uint32_t length =
		(uint32_t)(wanted - sizeof(struct fathom_wire_header));

	memcpy(reply + offsetof(struct fathom_wire_header, length), &length,
	       sizeof(length));
	*size = wanted;
}

static void too_few(uint8_t *reply, size_t *size)
{
	(void)size;
	set_count(reply, 1);
}

static void too_many(uint8_t *reply, size_t *size)
{
	(void)size;
	set_count(reply, UINT32_MAX);
}

static void without_count(uint8_t *reply, size_t *size)
{
	set_size(reply, size, sizeof(struct fathom_wire_header) + 4);
}

static void half_a_page(uint8_t *reply, size_t *size)
{
	(void)size;
	/* The second one: the first must not be used either. */
	reply += sizeof(struct fathom_wire_page) + PAGE;
	first_page(reply)->address += 8;
}

static void physical(uint8_t *reply, size_t *size)
{
	(void)size;
	first_page(reply)->space = FATHOM_SPACE_PHYSICAL;
}

static void tables_beyond_memory(uint8_t *reply, size_t *size)
{
	(void)size;
	first_page(reply)->space = 1ull << 52 | FATHOM_SPACE_4_LEVEL;
}

static void more_than_asked_for(uint8_t *reply, size_t *size)
{
	size_t each = sizeof(struct fathom_wire_page) + PAGE;
	uint8_t *first = (uint8_t *)first_page(reply);
	uint32_t i;

	for (i = 0; i < 9; i++) {
		memmove(first + i * each, first, each);
		memcpy(first + i * each + 8, &(uint64_t){at(9) + i * PAGE}, 8);
	}
	set_count(reply, 9);
	set_size(reply, size, (size_t)(first - reply) + 9 * each);
}

static void (*spoil_follow)(uint8_t *reply, size_t *size);

static void spoil(struct fake_channel *fake, uint16_t type, uint8_t *reply,
		  size_t *size)
{
	(void)fake;
	if (type == FATHOM_WIRE_FOLLOW)
		spoil_follow(reply, size);
}

static void a_broken_reply_is_not_used(void **state,
				       void (*how)(uint8_t *, size_t *))
{
	const uint64_t *value;

	(void)state;
	bring(MACHINE_SPACE, at(3));
	bring(MACHINE_SPACE, at(9));
	spoil_follow = how;
	machine_fake.spoil = spoil;
	load(3);
	/* Nothing of it was taken: what is there now counts. */
	machine_put(at(9), 0x1234);
	value = machine_load(at(9), 8, NULL, NULL);
	assert_int_equal(*value, 0x1234);
	load(50);
	load(60);
	assert_int_equal(machine_fake.follows, 1);
}

#define BROKEN(name)                                     \
	static void broken_##name(void **state)          \
	{                                                \
		a_broken_reply_is_not_used(state, name); \
	}
BROKEN(too_few)
BROKEN(too_many)
BROKEN(without_count)
BROKEN(half_a_page)
BROKEN(physical)
BROKEN(tables_beyond_memory)
BROKEN(more_than_asked_for)

static void a_broken_reply_is_a_protocol_error(void **state)
{
	struct fathom_wire_follow request = {
		.space = MACHINE_SPACE,
		.start = at(0),
		.max_pages = 8,
		.outline_count = 1,
	};
	struct {
		struct fathom_wire_follow follow;
		struct fathom_wire_outline outline;
	} body = {.follow = request};
	struct fathom_error *error;

	(void)state;
	spoil_follow = too_many;
	machine_fake.spoil = spoil;
	error = fathom_client_follow(fathom_default->client, &body,
				     sizeof(body), NULL, NULL);
	assert_non_null(error);
	assert_int_equal(error->code, FATHOM_ERROR_PROTOCOL);
	fathom_error_destroy(error);
}

static struct fathom_error *gone(void)
{
	return fathom_error_create(FATHOM_ERROR_TARGET, "gone");
}

static void a_target_that_goes_is_a_fault(void **state)
{
	const struct fathom_site site = {.size = 8, .outline = &list};
	volatile enum fathom_fault_reason reason = 0;

	(void)state;
	machine_fake.fail = gone;
	fathom_try
	{
		machine_load(at(0), 8, &site, NULL);
	}
	fathom_catch(f)
	{
		reason = f->reason;
	}
	assert_int_equal(reason, FATHOM_FAULT_TARGET_GONE);
}

/* A view of 100 pages, half of which may be what nobody asked for. */
static void half_of_the_view_is_for_what_is_asked_for(void **state)
{
	struct fathom_view_statistics statistics;
	struct fathom_view_result result = {0};
	struct fathom_span *span;
	struct fathom_view *view;
	uint64_t i;

	(void)state;
	assert_null(fathom_view_create(fathom_default->client, 100, &view));
	for (i = 0; i < 80; i++)
		bring(MACHINE_SPACE, at(100 + i));
	fathom_thread_enter();
	list.window = 128;
	for (i = 0; i < 3; i++)
		fathom_prefetch(view, MACHINE_SPACE, at(0), &list, 256);
	fathom_view_statistics(view, &statistics);
	assert_in_range(statistics.pages_fetched, 40, 50);
	/* When half is full, the agent is not even asked. */
	assert_int_equal(machine_fake.follows, 1);
	span = fathom_view_span(view, MACHINE_SPACE, at(0), 40 * PAGE, &result);
	result = fathom_view_fill(view, span, at(0), 40 * PAGE);
	assert_int_equal(result.reason, FATHOM_FAULT_NONE);
	fathom_thread_leave();
	fathom_view_destroy(view);
}

#define SCATTERED 60u
#define ROUNDS	  150u

/* None is near another, nor near the machine's own memory. */
static uint64_t scattered(uint32_t round, uint32_t number)
{
	return 0xffff900000000000 +
	       ((uint64_t)(round * SCATTERED + number) << 30);
}

static void add_scattered(uint32_t round)
{
	uint32_t i;

	machine_fake.piece_count = 1;
	machine_fake.ahead_count = 0;
	for (i = 0; i < SCATTERED; i++) {
		fake_channel_map(&machine_fake, MACHINE_SPACE,
				 scattered(round, i), machine_memory, PAGE);
		bring(MACHINE_SPACE, scattered(round, i));
	}
}

/* What a hostile kernel scatters uses up neither memory nor mappings. */
static void scattered_pages_leave_room(void **state)
{
	struct fathom_view_statistics statistics;
	uint8_t byte;
	uint32_t i;

	(void)state;
	list.window = 256;
	for (i = 0; i < ROUNDS; i++) {
		add_scattered(i);
		load(2 * i);
	}
	fathom_view_statistics(fathom_default->view, &statistics);
	assert_in_range(statistics.pages_fetched, 1000, ROUNDS * SCATTERED / 2);
	/* What the program asks for is still to be had, wherever it is. */
	add_scattered(ROUNDS);
	for (i = 0; i < SCATTERED; i++)
		assert_int_equal(fathom_read_space(MACHINE_ROOT,
						   scattered(ROUNDS, i), &byte,
						   1),
				 1);
	load_at(MACHINE_BOUNDARY + 8, NULL, 0);
}

#define READERS	  4
#define REFRESHES 30

struct reader {
	pthread_t thread;
	atomic_uint rounds;
	unsigned int seed;
};

static atomic_bool stop;
static atomic_uint wrong;

static void *read_on(void *arg)
{
	const struct fathom_site site = {.size = 8, .outline = &list};
	struct reader *reader = arg;

	while (!atomic_load(&stop)) {
		uint64_t page = (uint64_t)rand_r(&reader->seed) % 1024;
		const uint64_t *value = machine_load(at(page), 8, &site, NULL);

		if (*value != page)
			atomic_fetch_add(&wrong, 1);
		atomic_fetch_add(&reader->rounds, 1);
	}
	return NULL;
}

/* What a thread got must not be used after the refresh after the next. */
static void wait_for_next_round(struct reader *reader)
{
	unsigned int round = atomic_load(&reader->rounds);

	while (atomic_load(&reader->rounds) == round)
		sched_yield();
}

static void threads_read_and_follow(void **state)
{
	static struct reader readers[READERS];
	unsigned int i;
	unsigned int j;

	(void)state;
	for (i = 0; i < 1024; i++)
		machine_put(at(i), i);
	for (i = 0; i < 200; i++)
		bring(MACHINE_SPACE, at(i * 5));
	list.window = 256;
	for (i = 0; i < READERS; i++) {
		readers[i].seed = i;
		assert_int_equal(pthread_create(&readers[i].thread, NULL,
						read_on, &readers[i]),
				 0);
	}
	for (i = 0; i < REFRESHES; i++) {
		load(i);
		assert_null(fathom_target_refresh(fathom_default));
		for (j = 0; j < READERS; j++)
			wait_for_next_round(&readers[j]);
	}
	atomic_store(&stop, true);
	for (i = 0; i < READERS; i++)
		pthread_join(readers[i].thread, NULL);
	assert_int_equal(wrong, 0);
	assert_true(machine_fake.follows > REFRESHES);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, set_up, machine_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_miss_brings_what_comes_next),
		TEST(what_did_not_come_is_read),
		TEST(off_means_plain_reads),
		TEST(the_window_grows),
		TEST(only_ways_back_are_chains),
		TEST(more_outlines_than_a_request_holds),
		TEST(more_parts_than_a_request_holds),
		TEST(known_pages_are_told_in_order),
		TEST(only_so_many_known_pages_fit),
		TEST(a_refresh_forgets),
		TEST(a_page_is_the_same_for_an_epoch),
		TEST(memory_of_processes_is_kept),
		TEST(an_agent_that_cannot_is_asked_once),
		TEST(an_agent_that_takes_no_long_requests),
		TEST(broken_too_few),
		TEST(broken_too_many),
		TEST(broken_without_count),
		TEST(broken_half_a_page),
		TEST(broken_physical),
		TEST(broken_tables_beyond_memory),
		TEST(broken_more_than_asked_for),
		TEST(a_broken_reply_is_a_protocol_error),
		TEST(a_target_that_goes_is_a_fault),
		TEST(half_of_the_view_is_for_what_is_asked_for),
		TEST(scattered_pages_leave_room),
		TEST(threads_read_and_follow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
