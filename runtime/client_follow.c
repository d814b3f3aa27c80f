/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* FOLLOW: objects, and what their pointers lead to. */
#include "client_call.h"

#include <stdbool.h>
#include <string.h>

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

	return space == from || (space < CLIENT_MAX_PHYSICAL &&
				 (levels == FATHOM_SPACE_4_LEVEL ||
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
		return fathom_client_broken(broken);
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
	error = fathom_client_call(client, FATHOM_WIRE_FOLLOW, size, &body,
				   &body_size);
	if (!error)
		error = take_pages(client, &header, body, body_size, take,
				   context);
	pthread_mutex_unlock(&client->lock);
	return error;
}
