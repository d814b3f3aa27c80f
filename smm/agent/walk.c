/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * The page walk of 64-bit mode (Intel SDM volume 3, chapter 4.5; AMD APM
 * volume 2, chapter 5.3). The tables are the attacker's data: every table
 * access goes through agent_read_physical(), the number of steps is fixed.
 */
#include "core.h"

#define ENTRY_LARGE  (UINT64_C(1) << 7)
#define ENTRY_NX     (UINT64_C(1) << 63)
#define ADDRESS_MASK UINT64_C(0x000ffffffffff000)

#define PAGE_SHIFT   12
#define INDEX_BITS   9
#define INDEX_MASK   ((1u << INDEX_BITS) - 1)

/* Bits of a linear address that an entry at @level leaves untranslated. */
static unsigned int level_shift(unsigned int level)
{
	return PAGE_SHIFT + INDEX_BITS * (level - 1);
}

uint64_t agent_entry_address(const struct fathom_agent *agent, uint64_t entry)
{
	return entry & ADDRESS_MASK & ~agent->c_bit_mask;
}

/* All bits above the highest translated one equal it. */
static bool canonical(uint64_t address, unsigned int levels)
{
	uint64_t top = address >> (level_shift(levels + 1) - 1);

	return top == 0 || top == UINT64_MAX >> (level_shift(levels + 1) - 1);
}

void agent_walker_start(struct agent_walker *walker,
			const struct agent_space *space)
{
	walker->space = *space;
	walker->address = 0;
	walker->deepest = 0;
}

/* Lowest level whose table the last walk found for @address too. */
static unsigned int resume_level(struct agent_walker *walker, uint64_t address)
{
	unsigned int levels = walker->space.levels;
	unsigned int level;

	if (!walker->deepest) {
		walker->tables[levels] = walker->space.root;
		return levels;
	}
	for (level = walker->deepest; level < levels; level++) {
		unsigned int shift = level_shift(level + 1);

		if (address >> shift == walker->address >> shift)
			return level;
	}
	return levels;
}

/* A page's offset bits in its entry, but for bit 12, which is PAT. */
static bool large_page_valid(const struct fathom_agent *agent, uint64_t entry,
			     unsigned int level)
{
	uint64_t offset_mask = (UINT64_C(1) << level_shift(level)) - 1;
	uint64_t reserved = offset_mask & ADDRESS_MASK & ~UINT64_C(0x1000);

	return !(entry & reserved & ~agent->c_bit_mask);
}

static uint32_t check_entry(const struct fathom_agent *agent,
			    const struct agent_space *space, uint64_t entry,
			    unsigned int level)
{
	if (!(entry & AGENT_ENTRY_PRESENT))
		return FATHOM_WIRE_NOT_MAPPED;
	if (space->no_nx && (entry & ENTRY_NX))
		return FATHOM_WIRE_BAD_TABLE;
	if (level == 1 || !(entry & ENTRY_LARGE))
		return FATHOM_WIRE_OK;
	/* Bit 7 makes pages of 2 MiB and 1 GiB; higher up it is reserved. */
	if (level > 3 || !large_page_valid(agent, entry, level))
		return FATHOM_WIRE_BAD_TABLE;
	return FATHOM_WIRE_OK;
}

uint32_t agent_walk(struct fathom_agent *agent, struct agent_walker *walker,
		    uint64_t address, uint64_t *physical)
{
	unsigned int level;
	uint64_t entry;
	uint64_t offset_mask;

	if (!canonical(address, walker->space.levels))
		return FATHOM_WIRE_NON_CANONICAL;
	level = resume_level(walker, address);
	walker->address = address;
	walker->deepest = level;
	for (;;) {
		uint64_t index = address >> level_shift(level) & INDEX_MASK;
		uint32_t status;

		status = agent_read_physical(
			agent, walker->tables[level] + index * sizeof(entry),
			&entry, sizeof(entry));
		if (!status)
			status = check_entry(agent, &walker->space, entry,
					     level);
		if (status)
			return status;
		if (level == 1 || (entry & ENTRY_LARGE))
			break;
		level--;
		walker->tables[level] = agent_entry_address(agent, entry);
		walker->deepest = level;
	}
	offset_mask = (UINT64_C(1) << level_shift(level)) - 1;
	*physical = (agent_entry_address(agent, entry) & ~offset_mask) |
		    (address & offset_mask);
	return FATHOM_WIRE_OK;
}
