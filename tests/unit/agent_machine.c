/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A machine for tests: see agent_machine.h. */
#include "agent_machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static uint32_t machine_port_read(void *context, uint64_t address, void *buffer,
				  uint32_t size)
{
	struct machine *machine = context;

	machine->reads++;
	/* What the core promises to its ports. */
	assert_true(size > 0);
	assert_true(address / 4096 == (address + size - 1) / 4096);
	assert_true(
		address + size <= MACHINE_LOW_END ||
		(address >= MACHINE_TABLES && address + size <= MACHINE_END));
	if (machine->gone)
		return FATHOM_WIRE_TARGET_GONE;
	if (machine->missing && address / 4096 == machine->missing / 4096)
		return FATHOM_WIRE_NOT_RAM;
	memcpy(buffer, machine->ram + address, size);
	return FATHOM_WIRE_OK;
}

static uint32_t machine_port_cpus(void *context,
				  const struct fathom_wire_cpu **cpus,
				  uint32_t *count)
{
	struct machine *machine = context;

	*cpus = machine->cpus;
	*count = machine->cpu_count;
	return machine->cpus_status;
}

static const struct fathom_agent_port machine_port = {
	.read = machine_port_read,
	.cpus = machine_port_cpus,
};

int machine_setup(void **state)
{
	struct machine *machine = calloc(1, sizeof(*machine));

	assert_non_null(machine);
	machine->ram = calloc(1, MACHINE_END);
	assert_non_null(machine->ram);
	machine->ranges[0].size = MACHINE_LOW_END;
	machine->ranges[1].start = MACHINE_TABLES;
	machine->ranges[1].size = MACHINE_END - MACHINE_TABLES;
	machine->next_table = MACHINE_TABLES;
	machine->cpu_count = 1;
	machine->cpus[0] = (struct fathom_wire_cpu){
		.cr0 = 0x80050033,
		.cr4 = 0x6f0,
		.efer = 0xd01,
	};
	machine->cpus[0].cr3 = machine_table(machine);
	machine->agent = (struct fathom_agent){
		.port = &machine_port,
		.context = machine,
		.ranges = machine->ranges,
		.range_count = 2,
		.excluded = machine->excluded,
		.limits =
			{
				.max_request = FATHOM_WIRE_MAX_REQUEST,
				.max_reply = FATHOM_WIRE_MAX_REPLY,
				.max_items = FATHOM_WIRE_MAX_ITEMS,
				.max_scan = 1u << 30,
			},
	};
	assert_true(fathom_agent_check(&machine->agent));
	*state = machine;
	return 0;
}

int machine_teardown(void **state)
{
	struct machine *machine = *state;

	free(machine->reply);
	free(machine->ram);
	free(machine);
	return 0;
}

uint64_t machine_table(struct machine *machine)
{
	uint64_t table = machine->next_table;

	assert_true(table < MACHINE_FREE);
	machine->next_table += 4096;
	return table;
}

uint64_t *machine_entry(struct machine *machine, uint64_t root,
			unsigned int levels, uint64_t address,
			unsigned int level)
{
	uint64_t table = root;
	unsigned int i;

	for (i = levels;; i--) {
		unsigned int index = address >> (12 + 9 * (i - 1)) & 511;
		uint64_t *entry = (uint64_t *)(machine->ram + table) + index;

		if (i == level)
			return entry;
		if (!*entry)
			*entry = machine_table(machine) | 0x67;
		/* The machine is small: leave out a C-bit that a test set. */
		table = *entry & UINT64_C(0xfffff000);
	}
}

void machine_map(struct machine *machine, uint64_t root, unsigned int levels,
		 uint64_t address, uint64_t physical, unsigned int level)
{
	*machine_entry(machine, root, levels, address, level) =
		physical | 0x63 | NX | (level > 1 ? LARGE : 0);
}

const uint8_t *machine_request(struct machine *machine, uint16_t type,
			       const void *body, size_t length, size_t capacity,
			       struct fathom_wire_header *header)
{
	uint8_t *request = malloc(sizeof(*header) + length);
	size_t size;

	assert_non_null(request);
	*header = (struct fathom_wire_header){
		.magic = FATHOM_WIRE_MAGIC,
		.version = FATHOM_WIRE_VERSION,
		.type = type,
		.length = (uint32_t)length,
	};
	memcpy(request, header, sizeof(*header));
	if (length)
		memcpy(request + sizeof(*header), body, length);
	free(machine->reply);
	machine->reply = malloc(capacity);
	assert_non_null(machine->reply);
	size = fathom_agent_handle(&machine->agent, request,
				   sizeof(*header) + length, machine->reply,
				   capacity);
	free(request);
	assert_true(size >= sizeof(*header) && size <= capacity);
	memcpy(header, machine->reply, sizeof(*header));
	assert_int_equal(header->magic, FATHOM_WIRE_MAGIC);
	assert_int_equal(header->type, type | FATHOM_WIRE_REPLY);
	assert_int_equal(header->length, size - sizeof(*header));
	return header->status ? NULL : machine->reply + sizeof(*header);
}

const uint8_t *machine_read(struct machine *machine, uint64_t space,
			    uint64_t address, uint32_t length,
			    struct fathom_wire_read_result *result)
{
	struct {
		struct fathom_wire_read read;
		struct fathom_wire_read_item item;
	} request = {{1, 0}, {space, address, length, 0}};
	struct fathom_wire_header header;
	const uint8_t *reply;

	reply = machine_request(machine, FATHOM_WIRE_READ, &request,
				sizeof(request), FATHOM_WIRE_MAX_REPLY,
				&header);
	assert_non_null(reply);
	memcpy(result, reply + sizeof(struct fathom_wire_read_reply),
	       sizeof(*result));
	assert_int_equal(header.length, sizeof(struct fathom_wire_read_reply) +
						sizeof(*result) +
						result->length);
	return reply + sizeof(struct fathom_wire_read_reply) + sizeof(*result);
}

uint32_t machine_status(struct machine *machine, uint64_t address)
{
	struct fathom_wire_read_result result;

	machine_read(machine, FATHOM_SPACE_KERNEL, address, 8, &result);
	return result.status;
}

uint64_t machine_load(struct machine *machine, uint64_t address)
{
	struct fathom_wire_read_result result;
	const uint8_t *data;
	uint64_t value;

	data = machine_read(machine, FATHOM_SPACE_KERNEL, address, 8, &result);
	assert_int_equal(result.status, FATHOM_WIRE_OK);
	assert_int_equal(result.length, 8);
	memcpy(&value, data, sizeof(value));
	return value;
}

void machine_store(struct machine *machine, uint64_t physical, uint64_t value)
{
	memcpy(machine->ram + physical, &value, sizeof(value));
}
