/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * What the files of the agent core share.
 */
#ifndef FATHOM_AGENT_CORE_H
#define FATHOM_AGENT_CORE_H

#include <fathom/agent.h>

/* ranges.c */

/** Bytes from @p address on that are RAM and not excluded; 0 if none. */
uint64_t agent_ram_span(const struct fathom_agent *agent, uint64_t address);

/**
 * Lowest address not below @p address that agent_ram_span() accepts, or
 * UINT64_MAX when there is none.
 */
uint64_t agent_next_ram(const struct fathom_agent *agent, uint64_t address);

/**
 * Copy RAM that does not cross a page boundary. The one place that reads the
 * target: checks the address, whoever computed it.
 */
uint32_t agent_read_physical(struct fathom_agent *agent, uint64_t address,
			     void *buffer, uint32_t size);

bool agent_ranges_valid(const struct fathom_agent *agent);

/* space.c */

/** An address space, ready to be walked. */
struct agent_space {
	bool physical;
	bool no_nx;	     /* EFER.NXE is clear: bit 63 is reserved */
	unsigned int levels; /* 4 or 5 */
	uint64_t root;	     /* physical address of the top table */
};

/** Look up what FATHOM_SPACE_* or page-table root @p id stands for. */
uint32_t agent_space_open(struct fathom_agent *agent, uint64_t id,
			  struct agent_space *ret);

/** Ask the port for the CPUs, once a request. */
uint32_t agent_load_cpus(struct fathom_agent *agent);

/** Index of the CPU whose tables FATHOM_SPACE_KERNEL stands for. */
uint32_t agent_kernel_cpu(const struct fathom_agent *agent);

/* walk.c */

#define AGENT_MAX_LEVELS 5

/**
 * A page walk that remembers the tables of the last one, as the processor's
 * paging-structure caches do: the pages next to each other, of which a READ
 * mostly consists, cost one table read instead of five. Lives for one request.
 */
struct agent_walker {
	struct agent_space space;
	uint64_t address;     /* of the last walk */
	unsigned int deepest; /* tables[deepest..levels] are known; 0: none */
	uint64_t tables[AGENT_MAX_LEVELS + 1]; /* by level; [1]: page table */
};

void agent_walker_start(struct agent_walker *walker,
			const struct agent_space *space);

/** Physical address of the virtual @p address. */
uint32_t agent_walk(struct fathom_agent *agent, struct agent_walker *walker,
		    uint64_t address, uint64_t *physical);

/** Bits 51..12 of a page-table entry or CR3, without the encryption bit. */
uint64_t agent_entry_address(const struct fathom_agent *agent, uint64_t entry);

#define AGENT_ENTRY_PRESENT UINT64_C(1)

/*
 * One function per request. Body and room exclude the headers. On
 * FATHOM_WIRE_OK, *used is set to the size of the reply's body.
 */
uint32_t agent_info(struct fathom_agent *agent, const uint8_t *body,
		    size_t length, uint8_t *reply, size_t room, size_t *used);
uint32_t agent_read(struct fathom_agent *agent, const uint8_t *body,
		    size_t length, uint8_t *reply, size_t room, size_t *used);
uint32_t agent_scan(struct fathom_agent *agent, const uint8_t *body,
		    size_t length, uint8_t *reply, size_t room, size_t *used);
uint32_t agent_follow(struct fathom_agent *agent, const uint8_t *body,
		      size_t length, uint8_t *reply, size_t room, size_t *used);

#endif /* FATHOM_AGENT_CORE_H */
