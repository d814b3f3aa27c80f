/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* From outlines to FOLLOW requests: see prefetch.h. */
#include "prefetch.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <fathom/wire.h>

#include "view.h"

#define FIRST_WINDOW 8u
#define GROWTH	     4u

/* A request under construction. */
struct request {
	struct fathom_wire_follow header;
	struct fathom_outline *outlines[FATHOM_WIRE_MAX_OUTLINES];
	struct fathom_wire_outline counts[FATHOM_WIRE_MAX_OUTLINES];
	struct fathom_wire_piece pieces[FATHOM_WIRE_MAX_PIECES];
	struct fathom_wire_link links[FATHOM_WIRE_MAX_LINKS];
	uint64_t known[FATHOM_WIRE_MAX_KNOWN];
	/* reaches[a] has bit b set if links lead from a to b. */
	uint64_t reaches[FATHOM_WIRE_MAX_OUTLINES];
	uint8_t body[sizeof(struct fathom_wire_follow) +
		     FATHOM_WIRE_MAX_OUTLINES *
			     sizeof(struct fathom_wire_outline) +
		     FATHOM_WIRE_MAX_PIECES * sizeof(struct fathom_wire_piece) +
		     FATHOM_WIRE_MAX_LINKS * sizeof(struct fathom_wire_link) +
		     FATHOM_WIRE_MAX_KNOWN * sizeof(uint64_t)];
};

_Static_assert(FATHOM_WIRE_MAX_OUTLINES == 64, "a bit each in reaches[]");

/* Number of an outline in the request; added if it is new and there is room. */
static bool number_of(struct request *request, struct fathom_outline *outline,
		      uint32_t *ret)
{
	uint32_t i;

	for (i = 0; i < request->header.outline_count; i++) {
		if (request->outlines[i] == outline) {
			*ret = i;
			return true;
		}
	}
	if (i == FATHOM_WIRE_MAX_OUTLINES)
		return false;
	request->outlines[i] = outline;
	request->header.outline_count++;
	*ret = i;
	return true;
}

static void add_pieces(struct request *request, uint32_t index)
{
	const struct fathom_outline *outline = request->outlines[index];
	uint32_t i;

	for (i = 0; i < outline->piece_count; i++) {
		if (request->header.piece_count == FATHOM_WIRE_MAX_PIECES)
			return;
		request->pieces[request->header.piece_count++] =
			(struct fathom_wire_piece){
				.offset = outline->pieces[i].offset,
				.size = outline->pieces[i].size,
			};
		request->counts[index].piece_count++;
	}
}

static void add_links(struct request *request, uint32_t index)
{
	const struct fathom_outline *outline = request->outlines[index];
	uint32_t i;

	for (i = 0; i < outline->link_count; i++) {
		const struct fathom_outline_link *link = &outline->links[i];
		bool user = link->flags & FATHOM_OUTLINE_USER;
		uint32_t to;

		if (request->header.link_count == FATHOM_WIRE_MAX_LINKS ||
		    !number_of(request, link->to, &to))
			return;
		request->links[request->header.link_count++] =
			(struct fathom_wire_link){
				.offset = link->offset,
				.delta = link->delta,
				.root = link->root,
				.outline = (uint16_t)to,
				.flags = user ? FATHOM_LINK_USER : 0,
			};
		request->counts[index].link_count++;
		request->reaches[index] |= UINT64_C(1) << to;
	}
}

/* Warshall's algorithm: what can be reached by way of others, too. */
static void close_reaches(struct request *request)
{
	uint32_t count = request->header.outline_count;
	uint32_t via;
	uint32_t from;

	for (via = 0; via < count; via++) {
		for (from = 0; from < count; from++) {
			if (request->reaches[from] & (UINT64_C(1) << via))
				request->reaches[from] |= request->reaches[via];
		}
	}
}

/* A link from which there is a way back makes a list or a tree. */
static void mark_chains(struct request *request)
{
	uint32_t link = 0;
	uint32_t from;
	uint32_t i;

	close_reaches(request);
	for (from = 0; from < request->header.outline_count; from++) {
		for (i = 0; i < request->counts[from].link_count; i++, link++) {
			uint16_t to = request->links[link].outline;

			if (request->reaches[to] & (UINT64_C(1) << from))
				request->links[link].flags |= FATHOM_LINK_CHAIN;
		}
	}
}

static size_t append(struct request *request, size_t size, const void *part,
		     size_t length)
{
	memcpy(request->body + size, part, length);
	return size + length;
}

static size_t assemble(struct request *request)
{
	const struct fathom_wire_follow *header = &request->header;
	size_t size = 0;

	size = append(request, size, header, sizeof(*header));
	size = append(request, size, request->counts,
		      header->outline_count * sizeof(request->counts[0]));
	size = append(request, size, request->pieces,
		      header->piece_count * sizeof(request->pieces[0]));
	size = append(request, size, request->links,
		      header->link_count * sizeof(request->links[0]));
	return append(request, size, request->known,
		      header->known_count * sizeof(request->known[0]));
}

/* The program may stop soon, or go on for long: let the past tell. */
static uint32_t next_window(struct fathom_outline *outline, uint32_t max_pages)
{
	uint64_t window = __atomic_load_n(&outline->window, __ATOMIC_RELAXED);

	window = window ? window * GROWTH : FIRST_WINDOW;
	if (window > max_pages)
		window = max_pages;
	__atomic_store_n(&outline->window, (uint32_t)window, __ATOMIC_RELAXED);
	return (uint32_t)window;
}

void fathom_prefetch(struct fathom_view *view, uint64_t space, uint64_t object,
		     struct fathom_outline *outline, uint32_t max_pages)
{
	struct request *request;
	uint32_t i;

	if (!max_pages)
		return;
	request = calloc(1, sizeof(*request));
	if (!request)
		return;
	request->header.space = space;
	request->header.start = object;
	request->header.max_pages = next_window(outline, max_pages);
	number_of(request, outline, &request->header.outline);
	/* Grows while links lead to outlines not yet seen; bounded by room. */
	for (i = 0; i < request->header.outline_count; i++) {
		add_pieces(request, i);
		add_links(request, i);
	}
	mark_chains(request);
	request->header.known_count = fathom_view_recent(
		view, space, request->known, FATHOM_WIRE_MAX_KNOWN);
	fathom_view_follow(view, request->body, assemble(request));
	free(request);
}
