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

/* Requests that may be in flight at one time, and room for them. */
#define WINDOW	     8u
#define REQUEST_ROOM (2 * FATHOM_WIRE_MAX_REQUEST)

/* One READ of a vectored read: which item each piece of it belongs to. */
struct round {
	size_t count;
	struct {
		size_t item;
		size_t offset; /* in the item */
		size_t length;
	} pieces[FATHOM_WIRE_MAX_ITEMS];
};

struct fathom_client {
	struct fathom_channel *channel;
	_Atomic uint64_t answered; /* calls that the agent has answered */
	pthread_mutex_t lock;	   /* of everything below */
	struct fathom_client_info info;
	struct fathom_client_statistics statistics;
	size_t max_request; /* header included, as the agent told */
	size_t max_reply;
	size_t max_items;
	uint8_t *request; /* REQUEST_ROOM bytes */
	uint8_t *reply;
	struct round rounds[WINDOW];	 /* of the readv under way */
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

/* What is @size bytes of body behind the room for the header at @request. */
static void write_header(uint8_t *request, uint16_t type, size_t size)
{
	const struct fathom_wire_header header = {
		.magic = FATHOM_WIRE_MAGIC,
		.version = FATHOM_WIRE_VERSION,
		.type = type,
		.length = (uint32_t)size,
	};

	memcpy(request, &header, sizeof(header));
}

/* On success the reply's body is client->reply + header. */
static struct fathom_error *check_reply(struct fathom_client *client,
					uint16_t type, size_t received,
					size_t *body_size)
{
	struct fathom_wire_header header;

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
	*body_size = header.length;
	return NULL;
}

/*
 * Send the @size bytes of body that stand in client->request behind the room
 * for the header. On success the reply's body is client->reply + header.
 */
static struct fathom_error *call(struct fathom_client *client, uint16_t type,
				 size_t size, const uint8_t **body,
				 size_t *body_size)
{
	struct fathom_error *error;
	size_t received = 0;

	write_header(client->request, type, size);
	client->statistics.calls++;
	client->statistics.round_trips++;
	error = client->channel->ops->call(
		client->channel, client->request,
		sizeof(struct fathom_wire_header) + size, client->reply,
		FATHOM_WIRE_MAX_REPLY, &received);
	if (error)
		return error;
	*body = client->reply + sizeof(struct fathom_wire_header);
	return check_reply(client, type, received, body_size);
}

/* What takes the body of the reply to request number @index. */
typedef struct fathom_error *(*take_body)(void *context, size_t index,
					  const uint8_t *body, size_t size);

/* Requests of one type, which are made without waiting for each other. */
struct flight {
	struct fathom_client *client;
	uint16_t type;
	size_t count;
	size_t used; /* bytes of client->request */
	struct fathom_channel_request requests[WINDOW];
	take_body take;
	void *context;
};

/* Room for the body of one more request; 0: it can take no more. */
static size_t flight_room(const struct flight *flight)
{
	size_t room = REQUEST_ROOM - flight->used;

	if (flight->count == WINDOW ||
	    room < sizeof(struct fathom_wire_header) ||
	    (flight->count && !flight->client->channel->ops->call_many))
		return 0;
	return room - sizeof(struct fathom_wire_header);
}

/* Where its body belongs. */
static uint8_t *flight_body(const struct flight *flight)
{
	return flight->client->request + flight->used +
	       sizeof(struct fathom_wire_header);
}

/* Add the request whose body is at flight_body(). */
static void flight_add(struct flight *flight, size_t size)
{
	uint8_t *request = flight->client->request + flight->used;
	size_t whole = sizeof(struct fathom_wire_header) + size;

	write_header(request, flight->type, size);
	flight->requests[flight->count++] =
		(struct fathom_channel_request){request, whole};
	flight->used += whole;
}

static struct fathom_error *take_received(void *context, size_t index,
					  size_t received)
{
	struct flight *flight = context;
	struct fathom_error *error;
	size_t size = 0;

	error = check_reply(flight->client, flight->type, received, &size);
	if (error)
		return error;
	return flight->take(flight->context, index,
			    flight->client->reply +
				    sizeof(struct fathom_wire_header),
			    size);
}

static struct fathom_error *fly(struct flight *flight)
{
	struct fathom_client *client = flight->client;
	const struct fathom_channel_ops *ops = client->channel->ops;
	struct fathom_error *error;
	size_t received = 0;

	client->statistics.calls += flight->count;
	client->statistics.round_trips++;
	if (ops->call_many)
		return ops->call_many(client->channel, flight->requests,
				      flight->count, client->reply,
				      FATHOM_WIRE_MAX_REPLY, take_received,
				      flight);
	error = ops->call(client->channel, flight->requests[0].bytes,
			  flight->requests[0].size, client->reply,
			  FATHOM_WIRE_MAX_REPLY, &received);
	return error ? error : take_received(flight, 0, received);
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
	client->request = fathom_secret_alloc(REQUEST_ROOM);
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
	fathom_secret_free(client->request, REQUEST_ROOM);
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

static bool finished(const struct fathom_client_item *item)
{
	return item->status != FATHOM_WIRE_OK || item->done == item->length;
}

/* A vectored read: up to where its items have been asked for. */
struct reading {
	struct fathom_client *client;
	struct fathom_client_item *items;
	size_t count;
	size_t next;   /* item */
	size_t offset; /* in it */
};

/* To the first byte that is neither there nor asked for; false: none. */
static bool seek(struct reading *reading)
{
	while (reading->next < reading->count) {
		const struct fathom_client_item *item =
			&reading->items[reading->next];

		if (reading->offset < item->done)
			reading->offset = item->done;
		if (!finished(item) && reading->offset < item->length)
			return true;
		reading->next++;
		reading->offset = 0;
	}
	return false;
}

/*
 * As many pieces as fit into one request and, with their data, one reply. What
 * earlier rounds of the flight ask for is taken for granted.
 */
static size_t plan_round(struct reading *reading, struct round *round,
			 uint8_t *out, size_t request_room)
{
	const struct fathom_client *client = reading->client;
	const size_t each = sizeof(struct fathom_wire_read_result);
	size_t body = sizeof(struct fathom_wire_read);
	size_t room = client->max_reply - sizeof(struct fathom_wire_header) -
		      sizeof(struct fathom_wire_read_reply);
	struct fathom_wire_read header = {0};

	round->count = 0;
	while (round->count < client->max_items && room > each &&
	       body + sizeof(struct fathom_wire_read_item) <= request_room &&
	       seek(reading)) {
		const struct fathom_client_item *item =
			&reading->items[reading->next];
		size_t length =
			smaller(item->length - reading->offset, room - each);
		const struct fathom_wire_read_item wire = {
			.space = item->space,
			.address = item->address + reading->offset,
			.length = (uint32_t)length,
		};

		memcpy(out + body, &wire, sizeof(wire));
		body += sizeof(wire);
		room -= each + length;
		round->pieces[round->count].item = reading->next;
		round->pieces[round->count].offset = reading->offset;
		round->pieces[round->count].length = length;
		round->count++;
		reading->offset += length;
	}
	header.count = (uint32_t)round->count;
	memcpy(out, &header, sizeof(header));
	return body;
}

/* Check one result of @piece and take its data; NULL or what is wrong. */
static const char *take_result(struct fathom_client_item *item, size_t offset,
			       size_t piece,
			       const struct fathom_wire_read_result *result,
			       const uint8_t **data, size_t *left)
{
	if (result->length > piece || result->length > *left)
		return "READ with more data than asked for or sent";
	if (result->status > FATHOM_WIRE_TOO_LARGE)
		return "READ with an unknown status";
	if ((result->status == FATHOM_WIRE_OK) != (result->length == piece))
		return "READ whose status and length disagree";
	/* What comes behind a gap, the round before having stopped, waits. */
	if (item->done == offset && !finished(item)) {
		memcpy((uint8_t *)item->buffer + offset, *data, result->length);
		item->done += result->length;
		item->status = result->status;
	}
	*data += result->length;
	*left -= result->length;
	return NULL;
}

static struct fathom_error *take_round(void *context, size_t index,
				       const uint8_t *body, size_t size)
{
	struct reading *reading = context;
	const struct round *round = &reading->client->rounds[index];
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
	reading->client->statistics.bytes_read += left;
	for (i = 0; i < header.done; i++) {
		struct fathom_client_item *item =
			&reading->items[round->pieces[i].item];

		memcpy(&result, body + i * sizeof(result), sizeof(result));
		broken = take_result(item, round->pieces[i].offset,
				     round->pieces[i].length, &result, &data,
				     &left);
		if (broken)
			return protocol_error(broken);
		if (result.status == FATHOM_WIRE_TARGET_GONE)
			return refusal(result.status);
	}
	return left ? protocol_error("READ with data for nothing") : NULL;
}

static struct fathom_error *read_flight(struct reading *reading)
{
	struct fathom_client *client = reading->client;
	struct flight flight = {
		.client = client,
		.type = FATHOM_WIRE_READ,
		.take = take_round,
		.context = reading,
	};
	const size_t least = sizeof(struct fathom_wire_read) +
			     sizeof(struct fathom_wire_read_item);
	size_t most = client->max_request - sizeof(struct fathom_wire_header);

	while (flight_room(&flight) >= least && seek(reading))
		flight_add(&flight,
			   plan_round(reading, &client->rounds[flight.count],
				      flight_body(&flight),
				      smaller(most, flight_room(&flight))));
	return fly(&flight);
}

struct fathom_error *fathom_client_readv(struct fathom_client *client,
					 struct fathom_client_item *items,
					 size_t count)
{
	struct reading reading = {
		.client = client,
		.items = items,
		.count = count,
	};
	struct fathom_error *error = NULL;
	size_t i;

	for (i = 0; i < count; i++) {
		items[i].done = 0;
		items[i].status = FATHOM_WIRE_OK;
	}
	pthread_mutex_lock(&client->lock);
	/* Ends: each flight finishes a piece, pieces are bounded by lengths. */
	while (!error && seek(&reading)) {
		error = read_flight(&reading);
		reading.next = 0;
		reading.offset = 0;
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

/* A search, and the slices of it that are in flight. */
struct scanning {
	struct fathom_client *client;
	const struct fathom_wire_scan *request; /* what is left of it */
	uint64_t *matches;
	size_t max;
	size_t count;
	uint64_t next;	/* all before it has been seen */
	uint64_t slice; /* what the agent sees in one call; 0: unknown */
	struct fathom_wire_scan slices[WINDOW];
};

/* Slices behind one that was not seen whole are asked for again. */
static struct fathom_error *take_slice(void *context, size_t index,
				       const uint8_t *body, size_t size)
{
	struct scanning *scanning = context;
	const struct fathom_wire_scan *slice = &scanning->slices[index];
	struct fathom_wire_scan_reply reply;
	const char *broken;

	if (size < sizeof(reply))
		return protocol_error("SCAN too short");
	memcpy(&reply, body, sizeof(reply));
	body += sizeof(reply);
	broken = check_scan(slice, &reply, body, size - sizeof(reply));
	if (broken)
		return protocol_error(broken);
	if (scanning->next != slice->start ||
	    reply.count > scanning->max - scanning->count)
		return NULL;
	memcpy(scanning->matches + scanning->count, body,
	       reply.count * sizeof(*scanning->matches));
	scanning->count += reply.count;
	scanning->next = reply.next;
	if (reply.count < slice->max_matches &&
	    (!scanning->slice || reply.next < slice->end))
		scanning->slice = reply.next - slice->start;
	return NULL;
}

/*
 * As much as the agent saw in one call before, so that several can be in
 * flight. A match belongs to the slice that it begins in.
 */
static void plan_slice(const struct scanning *scanning, uint64_t start,
		       struct fathom_wire_scan *slice)
{
	*slice = *scanning->request;
	slice->start = start;
	if (scanning->slice && slice->end - start > scanning->slice)
		slice->end = start + scanning->slice;
	slice->max_matches = (uint32_t)smaller(scanning->max - scanning->count,
					       FATHOM_WIRE_MAX_MATCHES);
}

static struct fathom_error *scan_flight(struct scanning *scanning)
{
	struct flight flight = {
		.client = scanning->client,
		.type = FATHOM_WIRE_SCAN,
		.take = take_slice,
		.context = scanning,
	};
	uint64_t start = scanning->next;

	do {
		struct fathom_wire_scan *slice =
			&scanning->slices[flight.count];

		plan_slice(scanning, start, slice);
		memcpy(flight_body(&flight), slice, sizeof(*slice));
		start = slice->end;
		flight_add(&flight, sizeof(*slice));
	} while (scanning->slice && start < scanning->request->end &&
		 flight_room(&flight) >= sizeof(struct fathom_wire_scan));
	return fly(&flight);
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
	struct scanning scanning = {
		.client = client,
		.request = &request,
		.matches = matches,
		.max = max,
		.next = start,
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
	/* Ends: `next` grows in each flight. */
	while (!error && scanning.next < end && scanning.count < max)
		error = scan_flight(&scanning);
	pthread_mutex_unlock(&client->lock);
	*count = scanning.count;
	*next = scanning.next;
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
