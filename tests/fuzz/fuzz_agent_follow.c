/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * FOLLOW, with any outlines, over any objects and damaged page tables: it ends
 * soon, reads RAM only, brings each page once, none that is known, and all of
 * them as READ has them.
 */
#include "../read_request.h"
#include "fuzz.h"
#include "fuzz_agent.h"

#define PAGE	 4096u
#define PAGES	 32u
#define RAM_SIZE (PAGES * PAGE)
#define BASE	 UINT64_C(0xffff800000000000)

/* Page walks, steps, and bytes read are bounded by the agent. */
#define MAX_READS    (8192u * 7 + 64)
#define MAX_OUTLINES 4u
#define MAX_PARTS    12u
#define MAX_KNOWN    4u

static uint8_t ram[RAM_SIZE];
static unsigned int reads;

static uint32_t read_ram(void *context, uint64_t address, void *buffer,
			 uint32_t size)
{
	(void)context;
	DEMAND(++reads <= MAX_READS);
	DEMAND(size && address / PAGE == (address + size - 1) / PAGE);
	DEMAND(address < RAM_SIZE && size <= RAM_SIZE - address);
	memcpy(buffer, ram + address, size);
	return FATHOM_WIRE_OK;
}

static const struct fathom_agent_port port = {
	.read = read_ram,
	.cpus = fuzz_cpus,
};

static const struct fathom_wire_range ranges[] = {{0, RAM_SIZE}};

static struct fathom_agent agent = {
	.port = &port,
	.ranges = ranges,
	.range_count = 1,
	.limits = FUZZ_AGENT_LIMITS,
};

static void store(uint64_t at, uint64_t value)
{
	memcpy(ram + at, &value, sizeof(value));
}

/* All of RAM at BASE, and again from 0 for the pointers of processes. */
static void fill_tables(void)
{
	uint64_t i;

	memset(ram, 0, 5 * PAGE);
	store(0x1000, 0x2067);
	store(0x1800, 0x2067);
	store(0x2000, 0x3067);
	store(0x3000, 0x4067);
	for (i = 0; i < PAGES; i++)
		store(0x4000 + i * 8, i * PAGE | 0x67);
}

/* A word of an object: mostly a pointer to another one. */
static uint64_t word_of(uint8_t byte, uint64_t at)
{
	uint64_t to = (uint64_t)byte * 0x438 % RAM_SIZE;

	if (byte < 0xa0)
		return BASE + to;
	if (byte < 0xc0)
		return to;
	if (byte < 0xd0)
		return BASE + 0x1000; /* the top table, as mm->pgd is */
	return byte < 0xe0 ? 0 : at << 40 | at;
}

static void fill_objects(struct fuzz_input *input)
{
	uint64_t at;

	for (at = 5 * PAGE; at < RAM_SIZE; at += 8) {
		uint8_t byte = 0;

		if (input->size)
			byte = input->bytes[at / 8 % input->size];
		store(at, word_of(byte, at));
	}
}

/* Entries of page tables that are not what they were. */
static void damage(struct fuzz_input *input)
{
	uint8_t times;

	fuzz_take(input, &times, sizeof(times));
	for (times %= 4; times; times--) {
		uint16_t where;

		fuzz_take(input, &where, sizeof(where));
		store(0x1000 + (uint64_t)(where % 0x800) * 8, fuzz_u64(input));
	}
}

struct request {
	struct fathom_wire_header header;
	struct fathom_wire_follow follow;
	uint8_t parts[MAX_OUTLINES * sizeof(struct fathom_wire_outline) +
		      MAX_PARTS * (sizeof(struct fathom_wire_piece) +
				   sizeof(struct fathom_wire_link)) +
		      MAX_KNOWN * 8];
};

static int32_t small(struct fuzz_input *input)
{
	int16_t value;

	fuzz_take(input, &value, sizeof(value));
	return value;
}

static uint8_t byte(struct fuzz_input *input)
{
	uint8_t value;

	fuzz_take(input, &value, sizeof(value));
	return value;
}

static uint8_t *put(uint8_t *to, const void *part, size_t size)
{
	memcpy(to, part, size);
	return to + size;
}

static uint8_t *put_pieces(struct fuzz_input *input, uint8_t *to,
			   uint32_t count)
{
	while (count--) {
		struct fathom_wire_piece piece = {small(input), 0};

		piece.size = (uint32_t)byte(input) * 17;
		to = put(to, &piece, sizeof(piece));
	}
	return to;
}

static uint8_t *put_links(struct fuzz_input *input, uint8_t *to, uint32_t count,
			  uint32_t outlines)
{
	while (count--) {
		uint8_t choice = byte(input);
		struct fathom_wire_link link = {
			.offset = small(input),
			.delta = choice & 4 ? small(input) : 0,
			.root = choice & 8 ? small(input) : 0,
			.outline = (uint16_t)((choice >> 4) % (outlines + 1)),
			.flags = choice == 0xff ? UINT16_MAX : choice & 3,
		};

		/* One more than there are, now and then. */
		if (link.outline == outlines && choice < 0xf0)
			link.outline = 0;
		to = put(to, &link, sizeof(link));
	}
	return to;
}

static uint8_t *put_known(struct fuzz_input *input, uint8_t *to, uint32_t count)
{
	uint64_t page = BASE;

	while (count--) {
		page += (uint64_t)(byte(input) % 16) * PAGE;
		to = put(to, &page, sizeof(page));
	}
	return to;
}

static size_t make_request(struct fuzz_input *input, struct request *request)
{
	struct fathom_wire_follow *follow = &request->follow;
	struct fathom_wire_outline outlines[MAX_OUTLINES];
	uint8_t *end = request->parts;
	uint32_t i;

	memset(request, 0, sizeof(*request));
	follow->start = BASE + 5 * PAGE + (uint64_t)byte(input) * 64;
	follow->max_pages = byte(input);
	follow->outline_count = 1 + byte(input) % MAX_OUTLINES;
	follow->known_count = byte(input) % (MAX_KNOWN + 1);
	for (i = 0; i < follow->outline_count; i++) {
		outlines[i].piece_count = byte(input) % 4;
		outlines[i].link_count = byte(input) % 4;
		follow->piece_count += outlines[i].piece_count;
		follow->link_count += outlines[i].link_count;
	}
	end = put(end, outlines, follow->outline_count * sizeof(outlines[0]));
	end = put_pieces(input, end, follow->piece_count);
	end = put_links(input, end, follow->link_count, follow->outline_count);
	end = put_known(input, end, follow->known_count);
	request->header = (struct fathom_wire_header){
		.magic = FATHOM_WIRE_MAGIC,
		.version = FATHOM_WIRE_VERSION,
		.type = FATHOM_WIRE_FOLLOW,
		.length = (uint32_t)(end - (uint8_t *)follow),
	};
	return (size_t)(end - (uint8_t *)request);
}

/* Some bytes of the request are others: then it need not make sense. */
static void scramble(struct fuzz_input *input, struct request *request,
		     size_t size)
{
	uint8_t times;

	for (times = byte(input) % 4; times; times--) {
		size_t where = sizeof(request->header) + byte(input);

		((uint8_t *)request)[where % size] ^= byte(input);
	}
}

/* The page as READ has it. */
static void check_page(const struct fathom_wire_page *page,
		       const uint8_t *bytes)
{
	struct read_request request =
		read_request(page->space, page->address, PAGE);
	uint8_t reply[PAGE + 64];
	size_t size;

	reads = 0;
	size = fathom_agent_handle(&agent, &request, sizeof(request), reply,
				   sizeof(reply));
	DEMAND(size > PAGE);
	DEMAND(!memcmp(reply + size - PAGE, bytes, PAGE));
}

static void check_reply(const struct request *request, const uint8_t *reply,
			size_t size)
{
	const size_t step = sizeof(struct fathom_wire_page) + PAGE;
	struct fathom_wire_follow_reply header;
	struct fathom_wire_page pages[256];
	uint32_t i;
	uint32_t j;

	memcpy(&header, reply, sizeof(header));
	DEMAND(header.page_count <= request->follow.max_pages);
	DEMAND(header.page_count <= 256);
	DEMAND(size == sizeof(header) + header.page_count * step);
	reply += sizeof(header);
	for (i = 0; i < header.page_count; i++, reply += step) {
		memcpy(&pages[i], reply, sizeof(pages[i]));
		DEMAND(pages[i].address % PAGE == 0);
		for (j = 0; j < i; j++)
			DEMAND(memcmp(&pages[i], &pages[j], sizeof(pages[i])));
		check_page(&pages[i], reply + sizeof(pages[i]));
	}
}

static void known_are_not_brought(const struct request *request, size_t size,
				  const uint8_t *reply)
{
	const uint8_t *known = (const uint8_t *)request + size;
	struct fathom_wire_follow_reply header;
	struct fathom_wire_page page;
	uint64_t address;
	uint32_t i;
	uint32_t k;

	memcpy(&header, reply, sizeof(header));
	for (k = 0; k < request->follow.known_count; k++) {
		known -= sizeof(address);
		memcpy(&address, known, sizeof(address));
		for (i = 0; i < header.page_count; i++) {
			memcpy(&page,
			       reply + sizeof(header) +
				       i * (sizeof(page) + PAGE),
			       sizeof(page));
			DEMAND(page.space != request->follow.space ||
			       page.address != address);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t reply[256 * (PAGE + sizeof(struct fathom_wire_page))];
	struct fuzz_input input = {data, size};
	struct fathom_wire_header header;
	struct request request;
	uint8_t *copy;
	size_t length;
	size_t got;

	length = make_request(&input, &request);
	scramble(&input, &request, length);
	/* At most so many pages fit into the reply. */
	if (request.follow.max_pages > 256)
		request.follow.max_pages = 256;
	fill_tables();
	damage(&input);
	fill_objects(&input);
	DEMAND(fathom_agent_check(&agent));
	copy = malloc(length);
	DEMAND(copy);
	memcpy(copy, &request, length);
	reads = 0;
	got = fathom_agent_handle(&agent, copy, length, reply, sizeof(reply));
	free(copy);
	DEMAND(got >= sizeof(header));
	memcpy(&header, reply, sizeof(header));
	DEMAND(header.length == got - sizeof(header));
	if (header.status ||
	    header.type != (FATHOM_WIRE_FOLLOW | FATHOM_WIRE_REPLY))
		return 0;
	check_reply(&request, reply + sizeof(header), header.length);
	known_are_not_brought(&request, length, reply + sizeof(header));
	return 0;
}
