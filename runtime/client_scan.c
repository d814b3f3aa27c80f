/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* SCAN: where a pattern is in physical memory. */
#include "client_call.h"

#include <string.h>

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
	struct fathom_wire_scan slices[CLIENT_WINDOW];
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
		return fathom_client_broken("SCAN too short");
	memcpy(&reply, body, sizeof(reply));
	body += sizeof(reply);
	broken = check_scan(slice, &reply, body, size - sizeof(reply));
	if (broken)
		return fathom_client_broken(broken);
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
	slice->max_matches = (uint32_t)client_smaller(
		scanning->max - scanning->count, FATHOM_WIRE_MAX_MATCHES);
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
		memcpy(fathom_flight_body(&flight), slice, sizeof(*slice));
		start = slice->end;
		fathom_flight_add(&flight, sizeof(*slice));
	} while (scanning->slice && start < scanning->request->end &&
		 fathom_flight_room(&flight) >=
			 sizeof(struct fathom_wire_scan));
	return fathom_flight_fly(&flight);
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
