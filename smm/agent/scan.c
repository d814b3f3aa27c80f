/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* SCAN: find bytes in RAM, a bounded slice at a time. */
#include "core.h"

/* From this alignment on, reading candidates beats reading whole pages. */
#define SPARSE_ALIGNMENT 1024u

struct scan {
	struct fathom_agent *agent;
	struct fathom_wire_scan request;
	uint8_t *matches; /* in the reply: may be unaligned */
	uint32_t max_matches;
	uint32_t count;
	uint64_t next;
	uint64_t budget; /* bytes that may still be looked at */
	bool skip_zeroes;
};

/* The first candidate not below @address, or the end. */
static uint64_t align_up(const struct scan *scan, uint64_t address)
{
	uint64_t mask = scan->request.alignment - 1;

	if (address > UINT64_MAX - mask)
		return scan->request.end;
	address = (address + mask) & ~mask;
	return address < scan->request.end ? address : scan->request.end;
}

static uint64_t add_saturating(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static void charge(struct scan *scan, uint64_t bytes)
{
	scan->budget -= bytes < scan->budget ? bytes : scan->budget;
}

static void add_match(struct scan *scan, uint64_t address)
{
	__builtin_memcpy(scan->matches + (size_t)scan->count * sizeof(address),
			 &address, sizeof(address));
	scan->count++;
}

static bool matches_at(const struct scan *scan, uint32_t offset)
{
	const uint8_t *candidate = scan->agent->scratch + offset;
	uint32_t i;

	for (i = 0; i < scan->request.pattern_length; i++) {
		if (candidate[i] != scan->request.pattern[i])
			return false;
	}
	return true;
}

/*
 * Fill scratch from @address to the end of its page, and a little beyond for
 * a match that crosses into the next. @span is what is RAM from there on.
 */
static uint32_t fill(struct scan *scan, uint64_t address, uint64_t span,
		     uint32_t *page_part, uint32_t *filled)
{
	struct fathom_agent *agent = scan->agent;
	uint32_t size = FATHOM_AGENT_PAGE_SIZE -
			(address & (FATHOM_AGENT_PAGE_SIZE - 1));
	uint32_t tail = scan->request.pattern_length - 1;
	uint32_t status;

	if (size > span)
		size = (uint32_t)span;
	*page_part = size;
	*filled = 0;
	status = agent_read_physical(agent, address, agent->scratch, size);
	if (status)
		return status;
	*filled = size;
	if (tail > span - size)
		tail = (uint32_t)(span - size);
	if (!tail)
		return FATHOM_WIRE_OK;
	status = agent_read_physical(agent, address + size,
				     agent->scratch + size, tail);
	if (!status)
		*filled += tail;
	return status;
}

/* Look at the candidates of one page; sets next. */
static uint32_t scan_page(struct scan *scan, uint64_t address, uint64_t span)
{
	uint32_t alignment = (uint32_t)scan->request.alignment;
	uint32_t length = scan->request.pattern_length;
	uint32_t page_part;
	uint32_t filled;
	uint32_t status;
	uint32_t offset;

	status = fill(scan, address, span, &page_part, &filled);
	if (status == FATHOM_WIRE_TARGET_GONE)
		return status;
	charge(scan, page_part);
	for (offset = 0; offset < page_part && offset + length <= filled &&
			 offset < scan->request.end - address;
	     offset += alignment) {
		if (!matches_at(scan, offset))
			continue;
		add_match(scan, address + offset);
		if (scan->count == scan->max_matches) {
			scan->next =
				add_saturating(address + offset, alignment);
			return FATHOM_WIRE_OK;
		}
	}
	scan->next = add_saturating(address, page_part);
	return FATHOM_WIRE_OK;
}

/* Look at one candidate; sets next. It crosses no page, being aligned. */
static uint32_t scan_candidate(struct scan *scan, uint64_t address,
			       uint64_t span)
{
	uint32_t length = scan->request.pattern_length;
	uint32_t status = FATHOM_WIRE_NOT_RAM;

	if (span >= length)
		status = agent_read_physical(scan->agent, address,
					     scan->agent->scratch, length);
	if (status == FATHOM_WIRE_TARGET_GONE)
		return status;
	charge(scan, FATHOM_WIRE_MAX_PATTERN);
	if (!status && matches_at(scan, 0))
		add_match(scan, address);
	scan->next = add_saturating(address, scan->request.alignment);
	return FATHOM_WIRE_OK;
}

/*
 * The next address where a match can begin when memory that is known to be
 * zero is passed over. A match may begin in there and end outside.
 */
static uint64_t skip_zeroes(const struct scan *scan, uint64_t address)
{
	const struct fathom_agent *agent = scan->agent;
	uint64_t data;
	uint64_t reach = scan->request.pattern_length - 1;

	if (!scan->skip_zeroes)
		return address;
	data = agent->port->next_data(agent->context, address);
	return data > address && data - address > reach ? data - reach
							: address;
}

static bool all_zero(const struct fathom_wire_scan *request)
{
	uint32_t i;

	for (i = 0; i < request->pattern_length; i++) {
		if (request->pattern[i])
			return false;
	}
	return true;
}

static uint32_t scan_slice(struct scan *scan)
{
	bool sparse = scan->request.alignment >= SPARSE_ALIGNMENT;
	uint32_t status = FATHOM_WIRE_OK;

	scan->next = align_up(scan, scan->next);
	while (!status && scan->next < scan->request.end && scan->budget &&
	       scan->count < scan->max_matches) {
		uint64_t address = scan->next;
		uint64_t span = agent_ram_span(scan->agent, address);
		uint64_t data = span ? skip_zeroes(scan, address) : address;

		/* Skipping costs a little too: ranges may be many. */
		if (!span) {
			charge(scan, FATHOM_WIRE_MAX_PATTERN);
			scan->next = agent_next_ram(scan->agent, address);
		} else if (data != address) {
			charge(scan, FATHOM_WIRE_MAX_PATTERN);
			scan->next = data;
		} else if (sparse) {
			status = scan_candidate(scan, address, span);
		} else {
			status = scan_page(scan, address, span);
		}
		scan->next = align_up(scan, scan->next);
	}
	return status;
}

static uint32_t check_request(const struct fathom_wire_scan *request)
{
	if (!request->alignment ||
	    (request->alignment & (request->alignment - 1)))
		return FATHOM_WIRE_MALFORMED;
	if (request->start > request->end)
		return FATHOM_WIRE_MALFORMED;
	if (!request->pattern_length ||
	    request->pattern_length > FATHOM_WIRE_MAX_PATTERN)
		return FATHOM_WIRE_MALFORMED;
	if (!request->max_matches ||
	    request->max_matches > FATHOM_WIRE_MAX_MATCHES)
		return FATHOM_WIRE_MALFORMED;
	return FATHOM_WIRE_OK;
}

uint32_t agent_scan(struct fathom_agent *agent, const uint8_t *body,
		    size_t length, uint8_t *reply, size_t room, size_t *used)
{
	struct fathom_wire_scan_reply header = {0, 0, 0};
	struct scan scan;
	uint64_t fitting;
	uint32_t status;

	if (length != sizeof(scan.request))
		return FATHOM_WIRE_MALFORMED;
	__builtin_memcpy(&scan.request, body, sizeof(scan.request));
	status = check_request(&scan.request);
	if (status)
		return status;
	if (room < sizeof(header) + sizeof(uint64_t))
		return FATHOM_WIRE_TOO_LARGE;
	fitting = (room - sizeof(header)) / sizeof(uint64_t);
	scan.agent = agent;
	scan.matches = reply + sizeof(header);
	scan.max_matches = scan.request.max_matches < fitting
				   ? scan.request.max_matches
				   : (uint32_t)fitting;
	scan.count = 0;
	scan.next = scan.request.start;
	scan.budget = agent->limits.max_scan;
	scan.skip_zeroes = agent->port->next_data && !all_zero(&scan.request);
	status = scan_slice(&scan);
	if (status)
		return status;
	header.next = scan.next;
	header.count = scan.count;
	__builtin_memcpy(reply, &header, sizeof(header));
	*used = sizeof(header) + (size_t)scan.count * sizeof(uint64_t);
	return FATHOM_WIRE_OK;
}
