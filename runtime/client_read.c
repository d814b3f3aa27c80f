/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* READ: many pieces of memory, and pages that are kept for a while. */
#include "client_call.h"

#include <stdbool.h>
#include <string.h>

#include <fathom/secret.h>

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
		size_t length = client_smaller(item->length - reading->offset,
					       room - each);
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
		return fathom_client_broken("READ too short");
	memcpy(&header, body, sizeof(header));
	if (!header.done || header.done > round->count)
		return fathom_client_broken("READ with a wrong count");
	left = size - sizeof(header);
	if (left / sizeof(result) < header.done)
		return fathom_client_broken("READ without its results");
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
			return fathom_client_broken(broken);
		if (result.status == FATHOM_WIRE_TARGET_GONE)
			return fathom_client_refusal(result.status);
	}
	return left ? fathom_client_broken("READ with data for nothing") : NULL;
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

	while (fathom_flight_room(&flight) >= least && seek(reading))
		fathom_flight_add(
			&flight,
			plan_round(reading, &client->rounds[flight.count],
				   fathom_flight_body(&flight),
				   client_smaller(
					   most, fathom_flight_room(&flight))));
	return fathom_flight_fly(&flight);
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
	count = client_smaller(count, FATHOM_PAGE_MEMORY_PAGES);
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
		size_t piece = client_smaller(
			length, FATHOM_WIRE_PAGE_SIZE -
					address % FATHOM_WIRE_PAGE_SIZE);

		error = read_kept(client, address, out, piece);
		address += piece;
		out += piece;
		length -= piece;
	}
	return error;
}
