/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * Any bytes as the guest's memory, its CPU's registers included: a walk ends
 * soon, reads RAM only, and gives the same with its memory of former walks as
 * without.
 */
#include "fuzz.h"
#include "fuzz_agent.h"

#define RAM_SIZE 0x10000u
#define PAGE	 4096u
#define ITEMS	 8

/* 4 KiB pages of 64 bytes: 2 pages, 5 levels, and an attempt to tell PTI. */
#define MAX_READS_PER_ITEM (2 * 6 + 16)

static uint8_t ram[RAM_SIZE];
static unsigned int reads;

static uint32_t read_ram(void *context, uint64_t address, void *buffer,
			 uint32_t size)
{
	(void)context;
	reads++;
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

struct request {
	struct fathom_wire_header header;
	struct fathom_wire_read read;
	struct fathom_wire_read_item items[ITEMS];
};

static struct request request_of(const struct fathom_wire_read_item *items,
				 uint32_t count)
{
	struct request request = {
		.header =
			{
				.magic = FATHOM_WIRE_MAGIC,
				.version = FATHOM_WIRE_VERSION,
				.type = FATHOM_WIRE_READ,
				.length = (uint32_t)(sizeof(request.read) +
						     count * sizeof(items[0])),
			},
		.read = {count, 0},
	};

	memcpy(request.items, items, count * sizeof(items[0]));
	return request;
}

/* Results and data of the reply, the headers cut off. */
static size_t ask(const struct fathom_wire_read_item *items, uint32_t count,
		  uint8_t *reply, size_t capacity)
{
	struct request request = request_of(items, count);
	struct fathom_wire_header header;
	size_t size;

	reads = 0;
	size = fathom_agent_handle(&agent, &request,
				   sizeof(header) + request.header.length,
				   reply, capacity);
	memcpy(&header, reply, sizeof(header));
	DEMAND(!header.status);
	DEMAND(reads <= count * MAX_READS_PER_ITEM);
	memmove(reply, reply + sizeof(header) + 8, size - sizeof(header) - 8);
	return size - sizeof(header) - 8;
}

static void alone_as_together(const struct fathom_wire_read_item *items)
{
	uint8_t together[8192];
	uint8_t alone[8192];
	const uint8_t *data = together + ITEMS * 8;
	size_t i;

	ask(items, ITEMS, together, sizeof(together));
	for (i = 0; i < ITEMS; i++) {
		size_t size = ask(&items[i], 1, alone, sizeof(alone));

		DEMAND(!memcmp(alone, together + i * 8, 8));
		DEMAND(!memcmp(alone + 8, data, size - 8));
		data += size - 8;
	}
}

/*
 * Entries of one byte, so that valid ones are likely: the page frame, and
 * what kind. RAM has 16 pages.
 */
static void fill_tables(struct fuzz_input *input)
{
	static const uint64_t kinds[] = {
		0x67, 0x67, 0x67, 0x67, 0xe7, 0x63, UINT64_C(1) << 63 | 0x67,
		0};
	size_t i;

	for (i = 0; i < RAM_SIZE / 8; i++) {
		uint8_t byte = 0;
		uint64_t entry;

		if (input->size)
			byte = input->bytes[i % input->size];
		entry = kinds[byte >> 4 & 7] | (uint64_t)(byte & 15) << 12;
		if (byte == 0xff)
			entry = (uint64_t)i << 37 | entry;
		memcpy(ram + i * 8, &entry, 8);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fathom_wire_read_item items[ITEMS];
	struct fuzz_input input = {data, size};
	uint8_t choice;
	size_t i;

	fuzz_take(&input, &choice, sizeof(choice));
	fuzz_cpu = (struct fathom_wire_cpu){
		.cr0 = 0x80050033,
		.cr3 = fuzz_u64(&input) & 0x1ffff,
		.cr4 = choice & 1 ? 0x16f0 : 0x6f0,
		.efer = choice & 2 ? 0x501 : 0xd01,
		.flags = choice & 4 ? FATHOM_CPU_USER_MODE : 0,
	};
	agent.c_bit_mask = choice & 8 ? UINT64_C(1) << 47 : 0;
	for (i = 0; i < ITEMS; i++) {
		uint8_t space;

		fuzz_take(&input, &space, sizeof(space));
		items[i] = (struct fathom_wire_read_item){
			.space = space < 0x80
					 ? 0
					 : (uint64_t)(space & 31) << 12 |
						   (space >> 5 & 3
							    ? 4 + (space >> 5 &
								   1)
							    : 0),
			.address = fuzz_u64(&input),
			.length = 64,
		};
		/* Near the one before, as real ones are. */
		if (i && choice & 16)
			items[i].address = items[i - 1].address +
					   (items[i].address & 0x3fffff);
	}
	fill_tables(&input);
	DEMAND(fathom_agent_check(&agent));
	alone_as_together(items);
	return 0;
}
