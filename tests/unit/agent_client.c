/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* See agent_client.h. */
#include "agent_client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static uint8_t reply_buffer[FATHOM_WIRE_MAX_REPLY];

static struct fathom_error *call(struct fathom_channel *channel, uint16_t type,
				 const void *body, size_t length,
				 struct fathom_wire_header *header)
{
	uint8_t request[256];
	struct fathom_error *error;
	size_t size = 0;

	assert_true(sizeof(*header) + length <= sizeof(request));
	*header = (struct fathom_wire_header){
		.magic = FATHOM_WIRE_MAGIC,
		.version = FATHOM_WIRE_VERSION,
		.type = type,
		.length = (uint32_t)length,
	};
	memcpy(request, header, sizeof(*header));
	if (length)
		memcpy(request + sizeof(*header), body, length);
	error = channel->ops->call(channel, request, sizeof(*header) + length,
				   reply_buffer, sizeof(reply_buffer), &size);
	if (error)
		return error;
	memcpy(header, reply_buffer, sizeof(*header));
	assert_int_equal(size, sizeof(*header) + header->length);
	return NULL;
}

struct fathom_error *client_info(struct fathom_channel *channel,
				 struct fathom_wire_info *info,
				 struct fathom_wire_cpu *cpus,
				 struct fathom_wire_range *ranges, size_t max)
{
	const uint8_t *next = reply_buffer + sizeof(struct fathom_wire_header);
	struct fathom_wire_header header;
	struct fathom_error *error;

	error = call(channel, FATHOM_WIRE_INFO, NULL, 0, &header);
	if (error)
		return error;
	assert_int_equal(header.status, FATHOM_WIRE_OK);
	memcpy(info, next, sizeof(*info));
	next += sizeof(*info);
	assert_true(info->cpu_count <= max && info->range_count <= max);
	memcpy(cpus, next, info->cpu_count * sizeof(*cpus));
	next += info->cpu_count * sizeof(*cpus);
	memcpy(ranges, next, info->range_count * sizeof(*ranges));
	return NULL;
}

struct fathom_error *client_read(struct fathom_channel *channel, uint64_t space,
				 uint64_t address, void *buffer,
				 uint32_t length, uint32_t *status)
{
	const uint8_t *next = reply_buffer + sizeof(struct fathom_wire_header) +
			      sizeof(struct fathom_wire_read_reply);
	struct {
		struct fathom_wire_read read;
		struct fathom_wire_read_item item;
	} request = {{1, 0}, {space, address, length, 0}};
	struct fathom_wire_read_result result;
	struct fathom_wire_header header;
	struct fathom_error *error;

	error = call(channel, FATHOM_WIRE_READ, &request, sizeof(request),
		     &header);
	if (error)
		return error;
	assert_int_equal(header.status, FATHOM_WIRE_OK);
	memcpy(&result, next, sizeof(result));
	*status = result.status;
	memcpy(buffer, next + sizeof(result), result.length);
	return NULL;
}

void client_no_error(struct fathom_error *error)
{
	if (error)
		fail_msg("%s", error->message);
}

void client_error_says(struct fathom_error *error, const char *text)
{
	assert_non_null(error);
	if (!strstr(error->message, text))
		fail_msg("\"%s\" does not say \"%s\"", error->message, text);
	fathom_error_destroy(error);
}
