/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Requests to an agent, one or many at a time: see client_call.h. */
#include "client_call.h"

#include <string.h>

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

struct fathom_error *fathom_client_broken(const char *what)
{
	return fathom_error_create(FATHOM_ERROR_PROTOCOL,
				   "the agent sent an invalid reply: %s", what);
}

struct fathom_error *fathom_client_refusal(uint32_t status)
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
		return fathom_client_broken("no header");
	memcpy(&header, client->reply, sizeof(header));
	if (header.magic != FATHOM_WIRE_MAGIC)
		return fathom_client_broken("wrong magic");
	if (header.version != FATHOM_WIRE_VERSION)
		return fathom_client_broken("wrong version");
	if (header.type != (type | FATHOM_WIRE_REPLY))
		return fathom_client_broken("wrong type");
	if (header.length != received - sizeof(header))
		return fathom_client_broken("wrong length");
	if (header.status != FATHOM_WIRE_OK)
		return fathom_client_refusal(header.status);
	atomic_fetch_add_explicit(&client->answered, 1, memory_order_relaxed);
	*body_size = header.length;
	return NULL;
}

struct fathom_error *fathom_client_call(struct fathom_client *client,
					uint16_t type, size_t size,
					const uint8_t **body, size_t *body_size)
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

size_t fathom_flight_room(const struct flight *flight)
{
	size_t room = CLIENT_REQUEST_ROOM - flight->used;

	if (flight->count == CLIENT_WINDOW ||
	    room < sizeof(struct fathom_wire_header) ||
	    (flight->count && !flight->client->channel->ops->call_many))
		return 0;
	return room - sizeof(struct fathom_wire_header);
}

uint8_t *fathom_flight_body(const struct flight *flight)
{
	return flight->client->request + flight->used +
	       sizeof(struct fathom_wire_header);
}

void fathom_flight_add(struct flight *flight, size_t size)
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

struct fathom_error *fathom_flight_fly(struct flight *flight)
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
