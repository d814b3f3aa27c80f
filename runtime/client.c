/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The IDS's side of the conversation with an agent: see client.h. */
#include "client.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <fathom/secret.h>

#include "page_memory.h"

/* The smallest limits an agent may tell: one page must go through. */
#define MIN_REQUEST 256u
#define MIN_REPLY   (2 * 4096u)

/* Physical addresses have at most 52 bits (SDM vol. 3A, 4.1.4). */
#define MAX_PHYSICAL (1ull << 52)

struct fathom_client {
	struct fathom_channel *channel;
	_Atomic uint64_t answered; /* calls that the agent has answered */
	pthread_mutex_t lock;	   /* of everything below */
	struct fathom_client_info info;
	struct fathom_client_statistics statistics;
	size_t max_request; /* header included, as the agent told */
	size_t max_reply;
	size_t max_items;
	uint8_t *request;
	uint8_t *reply;
	struct fathom_page_memory *kept; /* NULL: no pages are kept */
};

const char *fathom_client_status_string(uint32_t status)
{
	switch ((enum fathom_wire_status)status) {
	case FATHOM_WIRE_OK:
		return "success";
	case FATHOM_WIRE_MALFORMED:
		return "malformed request";
	case FATHOM_WIRE_UNSUPPORTED:
		return "request not supported by the agent";
	case FATHOM_WIRE_NOT_MAPPED:
		return "page not mapped";
	case FATHOM_WIRE_NON_CANONICAL:
		return "address not canonical";
	case FATHOM_WIRE_NOT_RAM:
		return "page or page table not in RAM";
	case FATHOM_WIRE_BAD_TABLE:
		return "invalid page table";
	case FATHOM_WIRE_TARGET_GONE:
		return "target has gone";
	case FATHOM_WIRE_TOO_LARGE:
		return "more than the agent can reply";
	}
	return "unknown status";
}

static struct fathom_error *protocol_error(const char *what)
{
	return fathom_error_create(FATHOM_ERROR_PROTOCOL,
				   "the agent sent an invalid reply: %s", what);
}

/* A status of a whole reply, or of an item when it ends the conversation. */
static struct fathom_error *refusal(uint32_t status)
{
	switch (status) {
	case FATHOM_WIRE_TARGET_GONE:
		return fathom_error_create(FATHOM_ERROR_TARGET,
					   "the target has gone");
	case FATHOM_WIRE_UNSUPPORTED:
		return fathom_error_create(
			FATHOM_ERROR_UNSUPPORTED,
			"the agent does not support the request");
	default:
		return fathom_error_create(FATHOM_ERROR_PROTOCOL,
					   "the agent refused a request: %s",
					   fathom_client_status_string(status));
	}
}

/*
 * Send the @size bytes of body that stand in client->request behind the room
 * for the header. On success the reply's body is client->reply + header.
 */
static struct fathom_error *call(struct fathom_client *client, uint16_t type,
				 size_t size, const uint8_t **body,
				 size_t *body_size)
{
	struct fathom_wire_header header = {
		.magic = FATHOM_WIRE_MAGIC,
		.version = FATHOM_WIRE_VERSION,
		.type = type,
		.length = (uint32_t)size,
	};
	struct fathom_error *error;
	size_t received = 0;

	memcpy(client->request, &header, sizeof(header));
	client->statistics.calls++;
	error = client->channel->ops->call(client->channel, client->request,
					   sizeof(header) + size, client->reply,
					   FATHOM_WIRE_MAX_REPLY, &received);
	if (error)
		return error;
	if (received < sizeof(header) || received > FATHOM_WIRE_MAX_REPLY)
		return protocol_error("no header");
	memcpy(&header, client->reply, sizeof(header));
	if (header.magic != FATHOM_WIRE_MAGIC)
		return protocol_error("wrong magic");
	if (header.version != FATHOM_WIRE_VERSION)
		return protocol_error("wrong version");
	if (header.type != (type | FATHOM_WIRE_REPLY))
		return protocol_error("wrong type");
	if (header.length != received - sizeof(header))
		return protocol_error("wrong length");
	if (header.status != FATHOM_WIRE_OK)
		return refusal(header.status);
	atomic_fetch_add_explicit(&client->answered, 1, memory_order_relaxed);
	*body = client->reply + sizeof(header);
	*body_size = header.length;
	return NULL;
}

static bool ranges_valid(const struct fathom_wire_range *ranges, size_t count)
{
	uint64_t end = 0;
	size_t i;

	for (i = 0; i < count; i++) {
		if (!ranges[i].size || ranges[i].start < end ||
		    ranges[i].start >= MAX_PHYSICAL ||
		    ranges[i].size > MAX_PHYSICAL - ranges[i].start)
			return false;
		end = ranges[i].start + ranges[i].size;
	}
	return true;
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

static void take_limits(struct fathom_client *client,
			const struct fathom_wire_info *info)
{
	client->max_request =
		smaller(info->max_request, FATHOM_WIRE_MAX_REQUEST);
	client->max_reply = smaller(info->max_reply, FATHOM_WIRE_MAX_REPLY);
	client->max_items = smaller(info->max_items, FATHOM_WIRE_MAX_ITEMS);
}

static const char *check_info(const struct fathom_wire_info *info,
			      size_t body_size)
{
	uint64_t need =
		sizeof(*info) +
		(uint64_t)info->cpu_count * sizeof(struct fathom_wire_cpu) +
		(uint64_t)info->range_count * sizeof(struct fathom_wire_range);

	if (need != body_size)
		return "INFO of another length than its counts say";
	if (!info->range_count)
		return "INFO without RAM";
	if (info->cpu_count ? info->kernel_cpu >= info->cpu_count
			    : !(info->flags & FATHOM_INFO_NO_CPU_STATE))
		return "INFO without the CPU it speaks of";
	if (info->max_request < MIN_REQUEST || info->max_reply < MIN_REPLY ||
	    !info->max_items)
		return "INFO with impossible limits";
	return NULL;
}

static struct fathom_error *fetch_info(struct fathom_client *client)
{
	struct fathom_wire_info info;
	struct fathom_wire_range *ranges;
	struct fathom_wire_cpu *cpus;
	struct fathom_error *error;
	const uint8_t *body;
	const char *broken;
	size_t size;

	error = call(client, FATHOM_WIRE_INFO, 0, &body, &size);
	if (error)
		return error;
	if (size < sizeof(info))
		return protocol_error("INFO too short");
	memcpy(&info, body, sizeof(info));
	broken = check_info(&info, size);
	if (broken)
		return protocol_error(broken);

	/* One more than needed: an empty array is no failed allocation. */
	cpus = calloc((size_t)info.cpu_count + 1, sizeof(*cpus));
	ranges = calloc(info.range_count, sizeof(*ranges));
	if (!cpus || !ranges) {
		free(cpus);
		free(ranges);
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "out of memory");
	}
	body += sizeof(info);
	memcpy(cpus, body, info.cpu_count * sizeof(*cpus));
	body += info.cpu_count * sizeof(*cpus);
	memcpy(ranges, body, info.range_count * sizeof(*ranges));
	if (!ranges_valid(ranges, info.range_count)) {
		free(cpus);
		free(ranges);
		return protocol_error("INFO with an impossible list of RAM");
	}
	free((void *)client->info.cpus);
	free((void *)client->info.ranges);
	client->info.wire = info;
	client->info.cpus = cpus;
	client->info.ranges = ranges;
	take_limits(client, &info);
	return NULL;
}

struct fathom_error *fathom_client_create(struct fathom_channel *channel,
					  struct fathom_client **ret)
{
	struct fathom_client *client = calloc(1, sizeof(*client));
	struct fathom_error *error;

	if (!client) {
		channel->ops->destroy(channel);
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "out of memory");
	}
	client->channel = channel;
	pthread_mutex_init(&client->lock, NULL);
	client->request = fathom_secret_alloc(FATHOM_WIRE_MAX_REQUEST);
	client->reply = fathom_secret_alloc(FATHOM_WIRE_MAX_REPLY);
	error = client->request && client->reply
			? fetch_info(client)
			: fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					      "out of memory");
	if (error) {
		fathom_client_destroy(client);
		return error;
	}
	*ret = client;
	return NULL;
}

void fathom_client_destroy(struct fathom_client *client)
{
	if (!client)
		return;
	client->channel->ops->destroy(client->channel);
	pthread_mutex_destroy(&client->lock);
	free((void *)client->info.cpus);
	free((void *)client->info.ranges);
	fathom_secret_free(client->request, FATHOM_WIRE_MAX_REQUEST);
	fathom_secret_free(client->reply, FATHOM_WIRE_MAX_REPLY);
	fathom_page_memory_destroy(client->kept);
	free(client);
}

const struct fathom_client_info *
fathom_client_info(const struct fathom_client *client)
{
	return &client->info;
}

struct fathom_error *fathom_client_refresh(struct fathom_client *client)
{
	struct fathom_error *error = NULL;

	if (client->kept)
		fathom_page_memory_clear(client->kept);
	pthread_mutex_lock(&client->lock);
	if (client->channel->ops->refresh)
		error = client->channel->ops->refresh(client->channel);
	if (!error)
		error = fetch_info(client);
	pthread_mutex_unlock(&client->lock);
	return error;
}

uint64_t fathom_client_answered(const struct fathom_client *client)
{
	return atomic_load_explicit(&client->answered, memory_order_relaxed);
}

struct fathom_error *fathom_client_reach(struct fathom_client *client)
{
	uint64_t before = fathom_client_answered(client);
	struct fathom_error *error = NULL;
	const uint8_t *body;
	size_t size;

	pthread_mutex_lock(&client->lock);
	if (fathom_client_answered(client) == before)
		error = call(client, FATHOM_WIRE_INFO, 0, &body, &size);
	pthread_mutex_unlock(&client->lock);
	return error;
}

/* One round of a vectored read: which item each piece of it belongs to. */
struct round {
	size_t count;
	size_t first; /* index of the first item not yet finished */
	struct {
		size_t item;
		size_t length;
	} pieces[FATHOM_WIRE_MAX_ITEMS];
};

static bool finished(const struct fathom_client_item *item)
{
	return item->status != FATHOM_WIRE_OK || item->done == item->length;
}

/* As many pieces as fit into one request and, with their data, one reply. */
static size_t plan_round(const struct fathom_client *client,
			 const struct fathom_client_item *items, size_t count,
			 struct round *round)
{
	const size_t each = sizeof(struct fathom_wire_read_result);
	size_t body = sizeof(struct fathom_wire_read);
	size_t room = client->max_reply - sizeof(struct fathom_wire_header) -
		      sizeof(struct fathom_wire_read_reply);
	size_t request_room =
		client->max_request - sizeof(struct fathom_wire_header);
	uint8_t *out = client->request + sizeof(struct fathom_wire_header);
	struct fathom_wire_read header = {0};
	size_t i;

	round->count = 0;
	for (i = round->first; i < count; i++) {
		struct fathom_wire_read_item wire = {0};
		size_t length = items[i].length - items[i].done;

		if (finished(&items[i]))
			continue;
		if (round->count == client->max_items || room <= each ||
		    body + sizeof(wire) > request_room)
			break;
		length = smaller(length, room - each);
		wire.space = items[i].space;
		wire.address = items[i].address + items[i].done;
		wire.length = (uint32_t)length;
		memcpy(out + body, &wire, sizeof(wire));
		body += sizeof(wire);
		room -= each + length;
		round->pieces[round->count].item = i;
		round->pieces[round->count].length = length;
		round->count++;
	}
	header.count = (uint32_t)round->count;
	memcpy(out, &header, sizeof(header));
	return body;
}

/* Check one result of @piece and take its data; NULL or what is wrong. */
static const char *take_result(struct fathom_client_item *item, size_t piece,
			       const struct fathom_wire_read_result *result,
			       const uint8_t **data, size_t *left)
{
	if (result->length > piece || result->length > *left)
		return "READ with more data than asked for or sent";
	if (result->status > FATHOM_WIRE_TOO_LARGE)
		return "READ with an unknown status";
	if ((result->status == FATHOM_WIRE_OK) != (result->length == piece))
		return "READ whose status and length disagree";
	memcpy((uint8_t *)item->buffer + item->done, *data, result->length);
	item->done += result->length;
	item->status = result->status;
	*data += result->length;
	*left -= result->length;
	return NULL;
}

static struct fathom_error *take_reply(struct fathom_client *client,
				       struct fathom_client_item *items,
				       const struct round *round,
				       const uint8_t *body, size_t size)
{
	struct fathom_wire_read_reply header;
	struct fathom_wire_read_result result;
	const uint8_t *data;
	const char *broken;
	size_t left;
	size_t i;

	if (size < sizeof(header))
		return protocol_error("READ too short");
	memcpy(&header, body, sizeof(header));
	if (!header.done || header.done > round->count)
		return protocol_error("READ with a wrong count");
	left = size - sizeof(header);
	if (left / sizeof(result) < header.done)
		return protocol_error("READ without its results");
	body += sizeof(header);
	data = body + header.done * sizeof(result);
	left -= header.done * sizeof(result);
	client->statistics.bytes_read += left;
	for (i = 0; i < header.done; i++) {
		struct fathom_client_item *item = &items[round->pieces[i].item];

		memcpy(&result, body + i * sizeof(result), sizeof(result));
		broken = take_result(item, round->pieces[i].length, &result,
				     &data, &left);
		if (broken)
			return protocol_error(broken);
		if (result.status == FATHOM_WIRE_TARGET_GONE)
			return refusal(result.status);
	}
	return left ? protocol_error("READ with data for nothing") : NULL;
}

static struct fathom_error *read_round(struct fathom_client *client,
				       struct fathom_client_item *items,
				       size_t count, struct round *round)
{
	struct fathom_error *error;
	const uint8_t *body;
	size_t size;

	size = plan_round(client, items, count, round);
	error = call(client, FATHOM_WIRE_READ, size, &body, &size);
	if (error)
		return error;
	return take_reply(client, items, round, body, size);
}

struct fathom_error *fathom_client_readv(struct fathom_client *client,
					 struct fathom_client_item *items,
					 size_t count)
{
	struct fathom_error *error = NULL;
	struct round round;
	size_t i;

	for (i = 0; i < count; i++) {
		items[i].done = 0;
		items[i].status = FATHOM_WIRE_OK;
	}
	round.first = 0;
	pthread_mutex_lock(&client->lock);
	/* Ends: each round finishes a piece, pieces are bounded by lengths. */
	while (!error) {
		while (round.first < count && finished(&items[round.first]))
			round.first++;
		if (round.first == count)
			break;
		error = read_round(client, items, count, &round);
	}
	pthread_mutex_unlock(&client->lock);
	return error;
}

static struct fathom_error *read_piece(struct fathom_client *client,
				       uint64_t space, uint64_t address,
				       void *buffer, size_t length)
{
	struct fathom_client_item item = {
		.space = space,
		.address = address,
		.buffer = buffer,
		.length = length,
	};
	struct fathom_error *error;

	error = fathom_client_readv(client, &item, 1);
	if (error || item.status == FATHOM_WIRE_OK)
		return error;
	return fathom_error_fault(address + item.done, "%s",
				  fathom_client_status_string(item.status));
}

struct fathom_error *fathom_client_keep_pages(struct fathom_client *client)
{
	if (!client->kept)
		client->kept = fathom_page_memory_create();
	return client->kept ? NULL
			    : fathom_error_create(FATHOM_ERROR_NO_MEMORY,
						  "out of memory");
}

void fathom_client_drop_pages(struct fathom_client *client)
{
	fathom_page_memory_destroy(client->kept);
	client->kept = NULL;
}

/* One item for each page that is not there yet. */
static size_t plan_pages(const struct fathom_client *client,
			 const uint64_t *addresses, size_t count,
			 uint8_t *buffer, struct fathom_client_item *items)
{
	size_t planned = 0;
	size_t i, j;

	for (i = 0; i < count; i++) {
		uint64_t page = addresses[i] &
				~(uint64_t)(FATHOM_WIRE_PAGE_SIZE - 1);

		for (j = 0; j < planned && items[j].address != page; j++)
			;
		if (j < planned || fathom_page_memory_find(client->kept, page))
			continue;
		items[planned++] = (struct fathom_client_item){
			.space = FATHOM_SPACE_PHYSICAL,
			.address = page,
			.buffer = buffer + j * FATHOM_WIRE_PAGE_SIZE,
			.length = FATHOM_WIRE_PAGE_SIZE,
		};
	}
	return planned;
}

struct fathom_error *fathom_client_fetch_pages(struct fathom_client *client,
					       const uint64_t *addresses,
					       size_t count)
{
	struct fathom_client_item items[FATHOM_PAGE_MEMORY_PAGES];
	struct fathom_error *error;
	uint8_t *buffer;
	size_t i;

	if (!client->kept || !count)
		return NULL;
	count = smaller(count, FATHOM_PAGE_MEMORY_PAGES);
	buffer = fathom_secret_alloc(count * FATHOM_WIRE_PAGE_SIZE);
	if (!buffer)
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "out of memory");
	i = plan_pages(client, addresses, count, buffer, items);
	error = fathom_client_readv(client, items, i);
	while (!error && i--)
		if (items[i].done == FATHOM_WIRE_PAGE_SIZE)
			fathom_page_memory_add(client->kept, items[i].address,
					       items[i].buffer);
	fathom_secret_free(buffer, count * FATHOM_WIRE_PAGE_SIZE);
	return error;
}

/* Within a page. One that cannot be had whole is read as it was asked for. */
static struct fathom_error *read_kept(struct fathom_client *client,
				      uint64_t address, void *buffer,
				      size_t length)
{
	uint64_t inside = address % FATHOM_WIRE_PAGE_SIZE;
	struct fathom_error *error;
	const uint8_t *page;

	error = fathom_client_fetch_pages(client, &address, 1);
	if (error)
		return error;
	page = fathom_page_memory_find(client->kept, address - inside);
	if (!page)
		return read_piece(client, FATHOM_SPACE_PHYSICAL, address,
				  buffer, length);
	memcpy(buffer, page + inside, length);
	return NULL;
}

struct fathom_error *fathom_client_read(struct fathom_client *client,
					uint64_t space, uint64_t address,
					void *buffer, size_t length)
{
	struct fathom_error *error = NULL;
	uint8_t *out = buffer;

	if (!client->kept || space != FATHOM_SPACE_PHYSICAL ||
	    length > FATHOM_WIRE_PAGE_SIZE ||
	    address > UINT64_MAX - 2 * FATHOM_WIRE_PAGE_SIZE)
		return read_piece(client, space, address, buffer, length);
	while (!error && length) {
		size_t piece = smaller(length,
				       FATHOM_WIRE_PAGE_SIZE -
					       address % FATHOM_WIRE_PAGE_SIZE);

		error = read_kept(client, address, out, piece);
		address += piece;
		out += piece;
		length -= piece;
	}
	return error;
}

static const char *check_scan(const struct fathom_wire_scan *request,
			      const struct fathom_wire_scan_reply *reply,
			      const uint8_t *matches, size_t size)
{
	uint64_t at;
	uint64_t last = 0;
	uint32_t i;

	if (reply->count > request->max_matches)
		return "SCAN with more matches than asked for";
	if (size != reply->count * sizeof(uint64_t))
		return "SCAN of another length than its count says";
	if (reply->next <= request->start || reply->next > request->end)
		return "SCAN that does not go on";
	for (i = 0; i < reply->count; i++) {
		memcpy(&at, matches + i * sizeof(at), sizeof(at));
		if (at < request->start || at >= reply->next ||
		    (at & (request->alignment - 1)) || (i && at <= last))
			return "SCAN with an impossible match";
		last = at;
	}
	return NULL;
}

static struct fathom_error *scan_round(struct fathom_client *client,
				       const struct fathom_wire_scan *request,
				       uint64_t *matches, uint32_t *count,
				       uint64_t *next)
{
	struct fathom_wire_scan_reply reply;
	struct fathom_error *error;
	const uint8_t *body;
	const char *broken;
	size_t size;

	memcpy(client->request + sizeof(struct fathom_wire_header), request,
	       sizeof(*request));
	error = call(client, FATHOM_WIRE_SCAN, sizeof(*request), &body, &size);
	if (error)
		return error;
	if (size < sizeof(reply))
		return protocol_error("SCAN too short");
	memcpy(&reply, body, sizeof(reply));
	body += sizeof(reply);
	broken = check_scan(request, &reply, body, size - sizeof(reply));
	if (broken)
		return protocol_error(broken);
	memcpy(matches, body, reply.count * sizeof(*matches));
	*count = reply.count;
	*next = reply.next;
	return NULL;
}

struct fathom_error *fathom_client_scan(struct fathom_client *client,
					uint64_t start, uint64_t end,
					uint64_t alignment, const void *pattern,
					size_t pattern_length,
					uint64_t *matches, size_t max,
					size_t *count, uint64_t *next)
{
	struct fathom_wire_scan request = {
		.start = start,
		.end = end,
		.alignment = alignment,
		.pattern_length = (uint32_t)pattern_length,
	};
	struct fathom_error *error = NULL;

	*count = 0;
	*next = start;
	if (!pattern_length || pattern_length > FATHOM_WIRE_MAX_PATTERN ||
	    !alignment || (alignment & (alignment - 1)))
		return fathom_error_create(FATHOM_ERROR_INVALID_ARGUMENT,
					   "invalid pattern or alignment");
	memcpy(request.pattern, pattern, pattern_length);
	pthread_mutex_lock(&client->lock);
	/* Ends: `next` grows in each round. */
	while (!error && request.start < end && *count < max) {
		uint32_t found = 0;

		request.max_matches = (uint32_t)smaller(
			max - *count, FATHOM_WIRE_MAX_MATCHES);
		error = scan_round(client, &request, matches + *count, &found,
				   next);
		*count += found;
		request.start = *next;
	}
	pthread_mutex_unlock(&client->lock);
	return error;
}

#define PAGE_IN_REPLY (sizeof(struct fathom_wire_page) + FATHOM_WIRE_PAGE_SIZE)

static struct fathom_wire_page page_at(const uint8_t *pages, uint32_t index)
{
	struct fathom_wire_page page;

	memcpy(&page, pages + index * PAGE_IN_REPLY, sizeof(page));
	return page;
}

/* What a link leads into: the same space, or page tables of their own. */
static bool follows_into(uint64_t from, uint64_t space)
{
	uint64_t levels = space % FATHOM_WIRE_PAGE_SIZE;

	return space == from ||
	       (space < MAX_PHYSICAL && (levels == FATHOM_SPACE_4_LEVEL ||
					 levels == FATHOM_SPACE_5_LEVEL));
}

/* NULL, or what is wrong with a FOLLOW reply. */
static const char *check_pages(const struct fathom_wire_follow *request,
			       const uint8_t *body, size_t size,
			       uint32_t *count)
{
	struct fathom_wire_follow_reply reply;
	uint32_t i;

	if (size < sizeof(reply))
		return "FOLLOW too short";
	memcpy(&reply, body, sizeof(reply));
	if (size - sizeof(reply) != reply.page_count * PAGE_IN_REPLY)
		return "FOLLOW of another length than its count says";
	if (reply.page_count > request->max_pages)
		return "FOLLOW with more pages than asked for";
	for (i = 0; i < reply.page_count; i++) {
		struct fathom_wire_page page = page_at(body + sizeof(reply), i);

		if (page.address % FATHOM_WIRE_PAGE_SIZE)
			return "FOLLOW with half a page";
		if (!follows_into(request->space, page.space))
			return "FOLLOW with a page of nowhere";
	}
	*count = reply.page_count;
	return NULL;
}

static struct fathom_error *take_pages(struct fathom_client *client,
				       const struct fathom_wire_follow *request,
				       const uint8_t *body, size_t size,
				       fathom_client_page take, void *context)
{
	const uint8_t *pages = body + sizeof(struct fathom_wire_follow_reply);
	struct fathom_wire_page page;
	const char *broken;
	uint32_t count;
	uint32_t i;

	broken = check_pages(request, body, size, &count);
	if (broken)
		return protocol_error(broken);
	client->statistics.bytes_read +=
		(uint64_t)count * FATHOM_WIRE_PAGE_SIZE;
	for (i = 0; i < count; i++) {
		page = page_at(pages, i);
		take(context, &page, pages + i * PAGE_IN_REPLY + sizeof(page));
	}
	return NULL;
}

struct fathom_error *fathom_client_follow(struct fathom_client *client,
					  const void *request, size_t size,
					  fathom_client_page take,
					  void *context)
{
	struct fathom_wire_follow header;
	struct fathom_error *error;
	const uint8_t *body;
	size_t body_size;

	memcpy(&header, request, sizeof(header));
	pthread_mutex_lock(&client->lock);
	if (size > client->max_request - sizeof(struct fathom_wire_header)) {
		pthread_mutex_unlock(&client->lock);
		return fathom_error_create(
			FATHOM_ERROR_LIMIT,
			"a request is too long for this agent");
	}
	memcpy(client->request + sizeof(struct fathom_wire_header), request,
	       size);
	error = call(client, FATHOM_WIRE_FOLLOW, size, &body, &body_size);
	if (!error)
		error = take_pages(client, &header, body, body_size, take,
				   context);
	pthread_mutex_unlock(&client->lock);
	return error;
}

void fathom_client_statistics(struct fathom_client *client,
			      struct fathom_client_statistics *ret)
{
	pthread_mutex_lock(&client->lock);
	*ret = client->statistics;
	pthread_mutex_unlock(&client->lock);
}
