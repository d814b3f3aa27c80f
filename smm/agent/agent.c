/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* One request in, one reply out. */
#include "core.h"

/* Below these an agent could answer nothing. */
#define MIN_REQUEST \
	(sizeof(struct fathom_wire_header) + sizeof(struct fathom_wire_scan))
#define MIN_REPLY \
	(sizeof(struct fathom_wire_header) + FATHOM_AGENT_PAGE_SIZE + 64)

bool fathom_agent_check(const struct fathom_agent *agent)
{
	const struct fathom_agent_limits *limits = &agent->limits;

	return agent->port && agent->port->read && agent->port->cpus &&
	       limits->max_request >= MIN_REQUEST &&
	       limits->max_request <= FATHOM_WIRE_MAX_REQUEST &&
	       limits->max_reply >= MIN_REPLY &&
	       limits->max_reply <= FATHOM_WIRE_MAX_REPLY &&
	       limits->max_items &&
	       limits->max_items <= FATHOM_WIRE_MAX_ITEMS &&
	       limits->max_scan >= FATHOM_AGENT_PAGE_SIZE &&
	       agent_ranges_valid(agent);
}

static uint32_t check_header(const struct fathom_agent *agent,
			     const struct fathom_wire_header *header,
			     size_t size)
{
	if (header->magic != FATHOM_WIRE_MAGIC)
		return FATHOM_WIRE_MALFORMED;
	if (header->version != FATHOM_WIRE_VERSION)
		return FATHOM_WIRE_UNSUPPORTED;
	if (header->status || header->length != size - sizeof(*header))
		return FATHOM_WIRE_MALFORMED;
	if (size > agent->limits.max_request)
		return FATHOM_WIRE_TOO_LARGE;
	return FATHOM_WIRE_OK;
}

static uint32_t dispatch(struct fathom_agent *agent, uint16_t type,
			 const uint8_t *body, size_t length, uint8_t *reply,
			 size_t room, size_t *used)
{
	switch (type) {
	case FATHOM_WIRE_INFO:
		return agent_info(agent, body, length, reply, room, used);
	case FATHOM_WIRE_READ:
		return agent_read(agent, body, length, reply, room, used);
	case FATHOM_WIRE_SCAN:
		return agent_scan(agent, body, length, reply, room, used);
	case FATHOM_WIRE_FOLLOW:
		return agent_follow(agent, body, length, reply, room, used);
	default:
		return FATHOM_WIRE_UNSUPPORTED;
	}
}

size_t fathom_agent_handle(struct fathom_agent *agent, const void *request,
			   size_t size, void *reply, size_t capacity)
{
	struct fathom_wire_header header = {0};
	struct fathom_wire_header answer = {
		.magic = FATHOM_WIRE_MAGIC,
		.version = FATHOM_WIRE_VERSION,
		.type = FATHOM_WIRE_REPLY,
		.status = FATHOM_WIRE_MALFORMED,
	};
	size_t used = 0;

	if (capacity < sizeof(answer))
		return 0;
	if (capacity > agent->limits.max_reply)
		capacity = agent->limits.max_reply;
	agent->cpus_known = false;
	if (size >= sizeof(header)) {
		__builtin_memcpy(&header, request, sizeof(header));
		answer.type |= header.type;
		answer.status = check_header(agent, &header, size);
	}
	if (!answer.status) {
		answer.status = dispatch(
			agent, header.type,
			(const uint8_t *)request + sizeof(header),
			header.length, (uint8_t *)reply + sizeof(answer),
			capacity - sizeof(answer), &used);
	}
	answer.length = answer.status ? 0 : (uint32_t)used;
	__builtin_memcpy(reply, &answer, sizeof(answer));
	return sizeof(answer) + answer.length;
}
