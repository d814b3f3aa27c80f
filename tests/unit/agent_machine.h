/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * A small machine for the agent core to look at: some RAM, page tables, CPUs.
 */
#ifndef AGENT_MACHINE_H
#define AGENT_MACHINE_H

#include <fathom/agent.h>

/*
 * RAM from 0 to 0x9f000 and from 1 MiB to 8 MiB. Page tables grow from 1 MiB;
 * tests use what lies above MACHINE_FREE as they like.
 */
#define MACHINE_LOW_END UINT64_C(0x9f000)
#define MACHINE_TABLES	UINT64_C(0x100000)
#define MACHINE_FREE	UINT64_C(0x400000)
#define MACHINE_END	UINT64_C(0x800000)

#define PRESENT		UINT64_C(1)
#define LARGE		(UINT64_C(1) << 7)
#define NX		(UINT64_C(1) << 63)

#define CR4_LA57	UINT64_C(0x1000)
#define KERNEL_TEXT	UINT64_C(0xffffffff81000000)

struct machine {
	struct fathom_agent agent;
	uint8_t *ram; /* MACHINE_END bytes, the hole included */
	struct fathom_wire_range ranges[2];
	struct fathom_wire_range excluded[1];
	struct fathom_wire_cpu cpus[4];
	uint32_t cpu_count;
	uint32_t cpus_status;
	uint64_t next_table;
	uint64_t missing; /* page that the port does not have, or 0 */
	bool gone;	  /* the port has nothing any more */
	uint64_t reads;	  /* calls of the port */
	uint8_t *reply;	  /* of exactly the size of the last reply's room */
};

/** One CPU in kernel mode with 4-level tables that map nothing. */
int machine_setup(void **state);
int machine_teardown(void **state);

/** A new, empty page table. */
uint64_t machine_table(struct machine *machine);

/** The entry of the table at @p level that @p address uses. */
uint64_t *machine_entry(struct machine *machine, uint64_t root,
			unsigned int levels, uint64_t address,
			unsigned int level);

/** Map a page whose entry is at @p level (1: 4 KiB) to @p physical. */
void machine_map(struct machine *machine, uint64_t root, unsigned int levels,
		 uint64_t address, uint64_t physical, unsigned int level);

/** Send a request; the reply's body, or NULL unless its status is OK. */
const uint8_t *machine_request(struct machine *machine, uint16_t type,
			       const void *body, size_t length, size_t capacity,
			       struct fathom_wire_header *header);

/** READ of one item; the data, valid until the next request. */
const uint8_t *machine_read(struct machine *machine, uint64_t space,
			    uint64_t address, uint32_t length,
			    struct fathom_wire_read_result *result);

/** Status of reading 8 bytes of kernel space. */
uint32_t machine_status(struct machine *machine, uint64_t address);

/** The 8 bytes at a kernel address; the test fails if they are not to be had.
 */
uint64_t machine_load(struct machine *machine, uint64_t address);

/** Write 8 bytes of physical memory. */
void machine_store(struct machine *machine, uint64_t physical, uint64_t value);

#endif /* AGENT_MACHINE_H */
