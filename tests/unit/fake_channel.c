/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
#include "fake_channel.h"

#include <stdlib.h>
#include <string.h>

/* must() is off in release builds. */
static void must(int holds)
{
	if (!holds)
		abort();
}

static const struct fake_piece *find(const struct fake_channel *fake,
				     uint64_t space, uint64_t address)
{
	size_t i;

	for (i = 0; i < fake->piece_count; i++) {
		const struct fake_piece *piece = &fake->pieces[i];

		if ((piece->space == space ||
		     piece->space == FAKE_EACH_SPACE) &&
		    address >= piece->address &&
		    address - piece->address < piece->size)
			return piece;
	}
	return NULL;
}

static uint32_t read_bytes(const struct fake_channel *fake, uint64_t space,
			   uint64_t address, uint8_t *out, uint32_t length,
			   uint32_t *done)
{
	for (*done = 0; *done < length;) {
		const struct fake_piece *piece =
			find(fake, space, address + *done);
		uint64_t offset;
		uint64_t size;

		if (!piece)
			return fake->default_status;
		offset = address + *done - piece->address;
		size = piece->size - offset;
		if (size > length - *done)
			size = length - *done;
		memcpy(out + *done, piece->bytes + offset, size);
		*done += (uint32_t)size;
	}
	return FATHOM_WIRE_OK;
}

static size_t answer_info(const struct fake_channel *fake, uint8_t *out)
{
	struct fathom_wire_cpu cpu = {.cr3 = 0x1000};
	struct fathom_wire_range range = {.start = 0, .size = 1ull << 30};

	memcpy(out, &fake->info, sizeof(fake->info));
	memcpy(out + sizeof(fake->info), &cpu, sizeof(cpu));
	memcpy(out + sizeof(fake->info) + sizeof(cpu), &range, sizeof(range));
	return sizeof(fake->info) + sizeof(cpu) + sizeof(range);
}

static size_t answer_read(const struct fake_channel *fake, const uint8_t *body,
			  uint8_t *out)
{
	struct fathom_wire_read request;
	struct fathom_wire_read_reply reply = {0};
	uint8_t *data;
	uint32_t i;

	memcpy(&request, body, sizeof(request));
	reply.done = request.count;
	if (fake->max_done && fake->max_done < reply.done)
		reply.done = fake->max_done;
	memcpy(out, &reply, sizeof(reply));
	data = out + sizeof(reply) +
	       reply.done * sizeof(struct fathom_wire_read_result);
	for (i = 0; i < reply.done; i++) {
		struct fathom_wire_read_item item;
		struct fathom_wire_read_result result;

		memcpy(&item, body + sizeof(request) + i * sizeof(item),
		       sizeof(item));
		must((size_t)(data - out) + item.length <=
		     FATHOM_WIRE_MAX_REPLY);
		result.status = read_bytes(fake, item.space, item.address, data,
					   item.length, &result.length);
		memcpy(out + sizeof(reply) + i * sizeof(result), &result,
		       sizeof(result));
		data += result.length;
	}
	return (size_t)(data - out);
}

static size_t answer_scan(const uint8_t *body, uint8_t *out)
{
	struct fathom_wire_scan request;
	struct fathom_wire_scan_reply reply = {.count = 1};
	uint64_t match;

	memcpy(&request, body, sizeof(request));
	/* Each MiB has one match, at its start; a call looks at one MiB. */
	match = request.start;
	reply.next = request.start + (1 << 20);
	if (reply.next > request.end)
		reply.next = request.end;
	memcpy(out, &reply, sizeof(reply));
	memcpy(out + sizeof(reply), &match, sizeof(match));
	return sizeof(reply) + sizeof(match);
}

static size_t answer_follow(struct fake_channel *fake, const uint8_t *body,
			    size_t length, uint8_t *out)
{
	struct fathom_wire_follow_reply reply = {0};
	size_t size = sizeof(reply);
	uint32_t done;
	size_t i;

	memcpy(fake->followed, body, length);
	for (i = 0; i < fake->ahead_count; i++) {
		const struct fathom_wire_page *page = &fake->ahead[i];

		must(size + sizeof(*page) + FATHOM_WIRE_PAGE_SIZE <=
		     FATHOM_WIRE_MAX_REPLY - sizeof(struct fathom_wire_header));
		if (read_bytes(fake, page->space, page->address,
			       out + size + sizeof(*page),
			       FATHOM_WIRE_PAGE_SIZE, &done))
			continue;
		memcpy(out + size, page, sizeof(*page));
		size += sizeof(*page) + FATHOM_WIRE_PAGE_SIZE;
		reply.page_count++;
	}
	memcpy(out, &reply, sizeof(reply));
	return size;
}

static struct fathom_error *call(struct fathom_channel *channel,
				 const void *request, size_t request_size,
				 void *reply, size_t capacity,
				 size_t *reply_size)
{
	struct fake_channel *fake = (struct fake_channel *)channel;
	const uint8_t *body =
		(const uint8_t *)request + sizeof(struct fathom_wire_header);
	uint8_t *out = (uint8_t *)reply + sizeof(struct fathom_wire_header);
	struct fathom_wire_header header;

	__atomic_add_fetch(&fake->calls, 1, __ATOMIC_RELAXED);
	must(capacity >= fake->info.max_reply);
	must(request_size <= fake->info.max_request);
	if (fake->fail)
		return fake->fail();
	memcpy(&header, request, sizeof(header));
	must(request_size == sizeof(header) + header.length);
	switch (header.type) {
	case FATHOM_WIRE_INFO:
		header.length = (uint32_t)answer_info(fake, out);
		break;
	case FATHOM_WIRE_READ:
		header.length = (uint32_t)answer_read(fake, body, out);
		break;
	case FATHOM_WIRE_FOLLOW:
		fake->follows++;
		if (fake->can_follow) {
			header.length = (uint32_t)answer_follow(
				fake, body, header.length, out);
			break;
		}
		header.length = 0;
		header.status = FATHOM_WIRE_UNSUPPORTED;
		break;
	default:
		header.length = (uint32_t)answer_scan(body, out);
	}
	header.type |= FATHOM_WIRE_REPLY;
	*reply_size = sizeof(header) + header.length;
	memcpy(reply, &header, sizeof(header));
	if (fake->spoil)
		fake->spoil(fake, header.type & ~FATHOM_WIRE_REPLY, reply,
			    reply_size);
	return NULL;
}

static struct fathom_error *refresh(struct fathom_channel *channel)
{
	((struct fake_channel *)channel)->refreshes++;
	return NULL;
}

static void destroy(struct fathom_channel *channel)
{
	((struct fake_channel *)channel)->destroyed++;
}

void fake_channel_init(struct fake_channel *fake)
{
	static const struct fathom_channel_ops ops = {
		.call = call,
		.refresh = refresh,
		.destroy = destroy,
	};

	memset(fake, 0, sizeof(*fake));
	fake->channel.ops = &ops;
	fake->default_status = FATHOM_WIRE_NOT_MAPPED;
	fake->info = (struct fathom_wire_info){
		.cpu_count = 1,
		.range_count = 1,
		.max_request = FATHOM_WIRE_MAX_REQUEST,
		.max_reply = FATHOM_WIRE_MAX_REPLY,
		.max_items = FATHOM_WIRE_MAX_ITEMS,
	};
}

static struct fathom_error *
call_many(struct fathom_channel *channel,
	  const struct fathom_channel_request *requests, size_t count,
	  void *reply, size_t capacity, fathom_channel_take take, void *context)
{
	struct fathom_error *error = NULL;
	size_t size = 0;
	size_t i;

	((struct fake_channel *)channel)->flights++;
	for (i = 0; !error && i < count; i++) {
		error = call(channel, requests[i].bytes, requests[i].size,
			     reply, capacity, &size);
		if (!error)
			error = take(context, i, size);
	}
	return error;
}

void fake_channel_take_many(struct fake_channel *fake)
{
	static const struct fathom_channel_ops ops = {
		.call = call,
		.call_many = call_many,
		.refresh = refresh,
		.destroy = destroy,
	};

	fake->channel.ops = &ops;
}

void fake_channel_map(struct fake_channel *fake, uint64_t space,
		      uint64_t address, const void *bytes, size_t size)
{
	must(fake->piece_count < FAKE_MAX_PIECES);
	fake->pieces[fake->piece_count++] = (struct fake_piece){
		.space = space,
		.address = address,
		.bytes = bytes,
		.size = size,
	};
}
