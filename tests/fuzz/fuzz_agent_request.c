/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Any bytes as a request: the reply is well formed, RAM is all that is read. */
#include "fuzz.h"
#include "fuzz_agent.h"

#define RAM_SIZE     0x8000u
#define HOLE_START   0x3000u
#define HOLE_END     0x4800u
#define SECRET_START 0x6000u
#define SECRET_SIZE  0x1000u
#define PAGE	     4096u

static uint8_t ram[RAM_SIZE];

static uint32_t read_ram(void *context, uint64_t address, void *buffer,
			 uint32_t size)
{
	(void)context;
	DEMAND(size && address / PAGE == (address + size - 1) / PAGE);
	DEMAND(address + size <= HOLE_START || address >= HOLE_END);
	DEMAND(address + size <= SECRET_START ||
	       address >= SECRET_START + SECRET_SIZE);
	DEMAND(address < RAM_SIZE && size <= RAM_SIZE - address);
	memcpy(buffer, ram + address, size);
	return FATHOM_WIRE_OK;
}

static const struct fathom_agent_port port = {
	.read = read_ram,
	.cpus = fuzz_cpus,
};

static const struct fathom_wire_range ranges[] = {
	{0, HOLE_START},
	{HOLE_END, RAM_SIZE - HOLE_END},
};

static const struct fathom_wire_range excluded[] = {
	{SECRET_START, SECRET_SIZE},
};

static struct fathom_agent agent = {
	.port = &port,
	.ranges = ranges,
	.range_count = 2,
	.excluded = excluded,
	.excluded_count = 1,
	.limits = FUZZ_AGENT_LIMITS,
};

static void fill_ram(void)
{
	static const uint64_t tables[][2] = {
		{0x1000, 0x1007},	    /* an entry of itself */
		{0x1008, 0x2007},	    /* onwards */
		{0x2000, 0x1007},	    /* back */
		{0x2008, 0x7007},	    /* a page */
		{0x2010, 0x3007},	    /* the hole */
		{0x2018, SECRET_START | 7}, /* what is excluded */
		{0x2020, 0x87},		    /* a large page */
		{0x1ff8, 0x2007},
	};
	size_t i;

	for (i = 0; i < RAM_SIZE; i++)
		ram[i] = (uint8_t)(i >> 4);
	memset(ram + 0x1000, 0, 0x2000);
	for (i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		memcpy(ram + tables[i][0], &tables[i][1], 8);
}

static void check_read(const uint8_t *body, size_t length)
{
	struct fathom_wire_read_reply header;
	struct fathom_wire_read_result result;
	uint64_t total;
	uint32_t i;

	DEMAND(length >= sizeof(header));
	memcpy(&header, body, sizeof(header));
	total = sizeof(header) + (uint64_t)header.done * sizeof(result);
	DEMAND(total <= length);
	for (i = 0; i < header.done; i++) {
		memcpy(&result, body + sizeof(header) + i * sizeof(result),
		       sizeof(result));
		total += result.length;
	}
	DEMAND(total == length);
}

static void check_scan(const struct fathom_wire_scan *request,
		       const uint8_t *body, size_t length)
{
	struct fathom_wire_scan_reply reply;
	uint64_t match;
	uint32_t i;

	DEMAND(length >= sizeof(reply));
	memcpy(&reply, body, sizeof(reply));
	DEMAND(length == sizeof(reply) + 8ull * reply.count);
	DEMAND(reply.count <= request->max_matches);
	DEMAND(reply.next > request->start || reply.next == request->end);
	DEMAND(reply.next <= request->end);
	for (i = 0; i < reply.count; i++) {
		memcpy(&match, body + sizeof(reply) + i * 8, 8);
		DEMAND(match >= request->start && match < reply.next);
		DEMAND(match % request->alignment == 0);
		DEMAND(!memcmp(ram + match, request->pattern,
			       request->pattern_length));
	}
}

static void check_follow(const uint8_t *body, size_t length)
{
	struct fathom_wire_follow_reply reply;

	DEMAND(length >= sizeof(reply));
	memcpy(&reply, body, sizeof(reply));
	DEMAND(length == sizeof(reply) + (sizeof(struct fathom_wire_page) +
					  PAGE) * (size_t)reply.page_count);
}

static void check_reply(const uint8_t *request, const uint8_t *reply,
			size_t size)
{
	const uint8_t *body = reply + sizeof(struct fathom_wire_header);
	struct fathom_wire_header header;
	struct fathom_wire_scan scan;

	memcpy(&header, reply, sizeof(header));
	DEMAND(header.magic == FATHOM_WIRE_MAGIC);
	DEMAND(header.length == size - sizeof(header));
	if (header.status) {
		DEMAND(!header.length);
		return;
	}
	if (header.type == (FATHOM_WIRE_READ | FATHOM_WIRE_REPLY))
		check_read(body, header.length);
	if (header.type == (FATHOM_WIRE_FOLLOW | FATHOM_WIRE_REPLY))
		check_follow(body, header.length);
	if (header.type == (FATHOM_WIRE_SCAN | FATHOM_WIRE_REPLY)) {
		memcpy(&scan, request + sizeof(header), sizeof(scan));
		check_scan(&scan, body, header.length);
	}
}

/* Make a body good where chance would hardly ever do it. */
static size_t repair_body(uint16_t type, uint8_t *body, size_t length)
{
	const uint32_t zero = 0;
	uint32_t count;
	uint32_t i;

	if (type == FATHOM_WIRE_SCAN)
		return sizeof(struct fathom_wire_scan);
	/* fuzz_agent_follow.c makes good ones. */
	if (type == FATHOM_WIRE_FOLLOW)
		return length;
	if (type != FATHOM_WIRE_READ)
		return 0;
	if (length < 8)
		length = 8;
	count = (uint32_t)((length - 8) / 24);
	memcpy(body, &count, 4);
	memcpy(body + 4, &zero, 4);
	for (i = 0; i < count; i++) {
		uint8_t *item = body + 8 + i * 24;

		/* Spaces 0 and 1, or a root nearby; lengths of up to 64 KiB. */
		memset(item + 2, 0, 6);
		if (item[0] & 8) {
			item[0] &= 1;
			item[1] = 0;
		}
		memset(item + 18, 0, 6);
	}
	return 8 + count * 24;
}

/*
 * The first bytes choose the room for the reply and whether the header is
 * made good, so that the fuzzer need not guess it.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};
	struct fathom_wire_header header = {
		.magic = FATHOM_WIRE_MAGIC,
		.version = FATHOM_WIRE_VERSION,
	};
	uint16_t choice;
	uint16_t capacity;
	uint8_t *request;
	uint8_t *reply;
	size_t length;
	size_t got;

	fuzz_take(&input, &choice, sizeof(choice));
	fuzz_take(&input, &capacity, sizeof(capacity));
	header.type = choice >> 8 & 7;
	header.length = (uint32_t)input.size;
	length = choice & 4 ? 0 : sizeof(header);
	request = malloc(length + input.size + sizeof(struct fathom_wire_scan));
	reply = malloc(capacity + 1);
	DEMAND(request && reply);
	fuzz_take(&input, request + length, header.length);
	if (length && choice & 8) {
		memset(request + length + header.length, 0,
		       sizeof(struct fathom_wire_scan));
		header.length = (uint32_t)repair_body(
			header.type, request + length, header.length);
	}
	memcpy(request, &header, length);
	length += header.length;
	fill_ram();
	DEMAND(fathom_agent_check(&agent));
	got = fathom_agent_handle(&agent, request, length, reply, capacity);
	DEMAND(got <= capacity);
	DEMAND(got >= sizeof(header) || capacity < sizeof(header));
	if (got)
		check_reply(request, reply, got);
	free(request);
	free(reply);
	return 0;
}
