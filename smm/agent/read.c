/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* READ: gather many pieces of memory. */
#include "core.h"

static struct fathom_wire_read_item item_at(const uint8_t *items,
					    uint32_t index)
{
	struct fathom_wire_read_item item;

	__builtin_memcpy(&item, items + (size_t)index * sizeof(item),
			 sizeof(item));
	return item;
}

/* What one item may bring when it is alone in its reply. */
static size_t largest_item(size_t room)
{
	size_t overhead = sizeof(struct fathom_wire_read_reply) +
			  sizeof(struct fathom_wire_read_result);

	return room > overhead ? room - overhead : 0;
}

/*
 * How many items surely fit, counting each with its full length (but for
 * those that never fit, and bring none). Room bounds the work as well.
 */
static uint32_t count_fitting(const uint8_t *items, uint32_t count, size_t room)
{
	size_t largest = largest_item(room);
	uint64_t needed = sizeof(struct fathom_wire_read_reply);
	uint32_t i;

	for (i = 0; i < count; i++) {
		struct fathom_wire_read_item item = item_at(items, i);

		needed += sizeof(struct fathom_wire_read_result);
		if (item.length <= largest)
			needed += item.length;
		if (needed > room)
			break;
	}
	return i;
}

/* Bytes up to @size that do not cross a page boundary. */
static uint32_t within_page(uint64_t address, uint32_t size)
{
	uint32_t left = FATHOM_AGENT_PAGE_SIZE -
			(address & (FATHOM_AGENT_PAGE_SIZE - 1));

	return size < left ? size : left;
}

/* Read one page's part of an item; RAM may end inside the page. */
static uint32_t read_piece(struct fathom_agent *agent,
			   struct agent_walker *walker, uint64_t address,
			   uint8_t *buffer, uint32_t size, uint32_t *done)
{
	uint64_t physical = address;
	uint64_t span;
	uint32_t status;

	*done = 0;
	if (!walker->space.physical) {
		status = agent_walk(agent, walker, address, &physical);
		if (status)
			return status;
	}
	span = agent_ram_span(agent, physical);
	if (!span)
		return FATHOM_WIRE_NOT_RAM;
	if (span > size)
		span = size;
	status = agent_read_physical(agent, physical, buffer, (uint32_t)span);
	if (status)
		return status;
	*done = (uint32_t)span;
	return span < size ? FATHOM_WIRE_NOT_RAM : FATHOM_WIRE_OK;
}

static struct fathom_wire_read_result
read_item(struct fathom_agent *agent, struct agent_walker *walker,
	  const struct fathom_wire_read_item *item, uint8_t *buffer)
{
	struct fathom_wire_read_result result = {FATHOM_WIRE_OK, 0};
	uint64_t address = item->address;

	while (result.length < item->length) {
		uint32_t size =
			within_page(address, item->length - result.length);
		uint32_t done;

		result.status = read_piece(agent, walker, address,
					   buffer + result.length, size, &done);
		result.length += done;
		if (result.status)
			break;
		address += size;
		/* The top of the address space is no way to its bottom. */
		if (!address && result.length < item->length) {
			result.status = walker->space.physical
						? FATHOM_WIRE_NOT_RAM
						: FATHOM_WIRE_NON_CANONICAL;
			break;
		}
	}
	return result;
}

/* Items of one space mostly follow each other: keep its walker. */
struct open_space {
	uint64_t id;
	bool valid;
	uint32_t status;
	struct agent_walker walker;
};

static uint32_t switch_space(struct fathom_agent *agent,
			     struct open_space *open, uint64_t id)
{
	struct agent_space space;

	if (open->valid && open->id == id)
		return open->status;
	open->id = id;
	open->valid = true;
	open->status = agent_space_open(agent, id, &space);
	if (!open->status)
		agent_walker_start(&open->walker, &space);
	return open->status;
}

static struct fathom_wire_read_result
answer_item(struct fathom_agent *agent, struct open_space *open,
	    const struct fathom_wire_read_item *item, uint8_t *buffer,
	    size_t largest)
{
	struct fathom_wire_read_result result = {FATHOM_WIRE_OK, 0};

	if (item->length > largest) {
		result.status = FATHOM_WIRE_TOO_LARGE;
		return result;
	}
	result.status = switch_space(agent, open, item->space);
	if (result.status)
		return result;
	return read_item(agent, &open->walker, item, buffer);
}

static uint32_t check_request(const struct fathom_agent *agent,
			      const uint8_t *body, size_t length,
			      struct fathom_wire_read *request)
{
	const uint8_t *items = body + sizeof(*request);
	uint32_t i;

	if (length < sizeof(*request))
		return FATHOM_WIRE_MALFORMED;
	__builtin_memcpy(request, body, sizeof(*request));
	if (request->reserved ||
	    (length - sizeof(*request)) %
		    sizeof(struct fathom_wire_read_item) ||
	    (length - sizeof(*request)) /
			    sizeof(struct fathom_wire_read_item) !=
		    request->count)
		return FATHOM_WIRE_MALFORMED;
	if (request->count > agent->limits.max_items)
		return FATHOM_WIRE_TOO_LARGE;
	for (i = 0; i < request->count; i++) {
		if (item_at(items, i).reserved)
			return FATHOM_WIRE_MALFORMED;
	}
	return FATHOM_WIRE_OK;
}

uint32_t agent_read(struct fathom_agent *agent, const uint8_t *body,
		    size_t length, uint8_t *reply, size_t room, size_t *used)
{
	const uint8_t *items = body + sizeof(struct fathom_wire_read);
	struct fathom_wire_read_reply header = {0, 0};
	struct fathom_wire_read request;
	struct open_space open;
	uint8_t *results = reply + sizeof(header);
	uint8_t *data;
	uint32_t status;
	uint32_t i;

	status = check_request(agent, body, length, &request);
	if (status)
		return status;
	header.done = count_fitting(items, request.count, room);
	if (room < sizeof(header) || (request.count && !header.done))
		return FATHOM_WIRE_TOO_LARGE;
	open.valid = false;
	data = results + header.done * sizeof(struct fathom_wire_read_result);
	for (i = 0; i < header.done; i++) {
		struct fathom_wire_read_item item = item_at(items, i);
		struct fathom_wire_read_result result = answer_item(
			agent, &open, &item, data, largest_item(room));

		__builtin_memcpy(results + i * sizeof(result), &result,
				 sizeof(result));
		data += result.length;
	}
	__builtin_memcpy(reply, &header, sizeof(header));
	*used = (size_t)(data - reply);
	return FATHOM_WIRE_OK;
}
