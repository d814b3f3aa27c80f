/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* What is RAM and may be read. */
#include "core.h"

/* Relies on start + size not wrapping: see agent_ranges_valid(). */
static uint64_t range_end(const struct fathom_wire_range *range)
{
	return range->start + range->size;
}

static bool range_sane(const struct fathom_wire_range *range)
{
	return range->size && range->size <= UINT64_MAX - range->start;
}

bool agent_ranges_valid(const struct fathom_agent *agent)
{
	uint32_t i;

	for (i = 0; i < agent->range_count; i++) {
		if (!range_sane(&agent->ranges[i]))
			return false;
		if (i &&
		    range_end(&agent->ranges[i - 1]) >= agent->ranges[i].start)
			return false;
	}
	for (i = 0; i < agent->excluded_count; i++) {
		if (!range_sane(&agent->excluded[i]))
			return false;
	}
	return true;
}

/* Index of the first range that ends after @address, or range_count. */
static uint32_t first_range_after(const struct fathom_agent *agent,
				  uint64_t address)
{
	uint32_t low = 0;
	uint32_t high = agent->range_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (range_end(&agent->ranges[middle]) > address)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

uint64_t agent_ram_span(const struct fathom_agent *agent, uint64_t address)
{
	uint32_t index = first_range_after(agent, address);
	uint64_t end;
	uint32_t i;

	if (index == agent->range_count || agent->ranges[index].start > address)
		return 0;
	end = range_end(&agent->ranges[index]);
	for (i = 0; i < agent->excluded_count; i++) {
		const struct fathom_wire_range *hole = &agent->excluded[i];

		if (range_end(hole) <= address)
			continue;
		if (hole->start <= address)
			return 0;
		if (hole->start < end)
			end = hole->start;
	}
	return end - address;
}

/* The end of an excluded range that holds @address, or @address itself. */
static uint64_t leave_excluded(const struct fathom_agent *agent,
			       uint64_t address)
{
	uint32_t i;

	for (i = 0; i < agent->excluded_count; i++) {
		const struct fathom_wire_range *hole = &agent->excluded[i];

		if (hole->start <= address && range_end(hole) > address)
			return range_end(hole);
	}
	return address;
}

uint64_t agent_next_ram(const struct fathom_agent *agent, uint64_t address)
{
	/* Each turn enters a range or leaves a hole, and never goes back. */
	for (;;) {
		uint32_t index = first_range_after(agent, address);
		uint64_t outside;

		if (index == agent->range_count)
			return UINT64_MAX;
		if (address < agent->ranges[index].start)
			address = agent->ranges[index].start;
		outside = leave_excluded(agent, address);
		if (outside == address)
			return address;
		address = outside;
	}
}

/*
 * Keep the processor from reading ahead of the check that was just made, so
 * that an address outside RAM leaves no trace in the caches.
 */
static void barrier_nospec(void)
{
	__asm__ volatile("lfence" ::: "memory");
}

uint32_t agent_read_physical(struct fathom_agent *agent, uint64_t address,
			     void *buffer, uint32_t size)
{
	if (agent_ram_span(agent, address) < size)
		return FATHOM_WIRE_NOT_RAM;
	barrier_nospec();
	return agent->port->read(agent->context, address, buffer, size);
}
