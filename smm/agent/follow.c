/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * FOLLOW: an object and those its pointers lead to. Breadth first, so that
 * what is near comes before the reply is full. Pointers are the attacker's:
 * each object is visited once, and the objects of one call are counted.
 */
#include "core.h"

#define PAGE_SIZE FATHOM_AGENT_PAGE_SIZE
#define PAGE_MASK (~(uint64_t)(PAGE_SIZE - 1))

/* Objects that a call may visit for each page it may bring, and at most. */
#define VISITS_PER_PAGE 8
#define MAX_VISITS	1024
/* Pieces and links that a call may look at, and page walks it may make. */
#define MAX_STEPS    8192
#define MAX_WALKS    8192

#define POINTER_SIZE sizeof(uint64_t)

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct follow {
	struct fathom_agent *agent;
	struct fathom_agent_follow *state;
	struct fathom_wire_follow request;
	const uint8_t *outlines; /* in the request: may be unaligned */
	const uint8_t *pieces;
	const uint8_t *links;
	const uint8_t *known;
	uint16_t first_piece[FATHOM_WIRE_MAX_OUTLINES];
	uint16_t first_link[FATHOM_WIRE_MAX_OUTLINES];
	struct agent_walker walker; /* of the space visited last */
	uint64_t walker_space;
	struct agent_space kernel; /* the request's space */
	uint32_t head;		   /* of the queue */
	uint32_t queued;
	uint32_t visits; /* that may still be made */
	uint32_t steps;	 /* likewise */
	uint32_t walks;	 /* likewise */
	uint32_t noted;	 /* pages in the table, had or not */
	uint32_t max_pages;
	uint32_t page_count;
	uint8_t *out; /* where the next page goes */
};

static uint64_t hash(uint64_t value)
{
	/* Multiply by 2^64 / golden ratio; the upper bits are the best. */
	return (value * UINT64_C(0x9e3779b97f4a7c15)) >> 32;
}

static struct fathom_wire_outline outline_at(const struct follow *follow,
					     uint32_t index)
{
	struct fathom_wire_outline outline;

	__builtin_memcpy(&outline, follow->outlines + index * sizeof(outline),
			 sizeof(outline));
	return outline;
}

static struct fathom_wire_piece piece_at(const struct follow *follow,
					 uint32_t index)
{
	struct fathom_wire_piece piece;

	__builtin_memcpy(&piece, follow->pieces + index * sizeof(piece),
			 sizeof(piece));
	return piece;
}

static struct fathom_wire_link link_at(const struct follow *follow,
				       uint32_t index)
{
	struct fathom_wire_link link;

	__builtin_memcpy(&link, follow->links + index * sizeof(link),
			 sizeof(link));
	return link;
}

static uint64_t known_at(const struct follow *follow, uint32_t index)
{
	uint64_t address;

	__builtin_memcpy(&address, follow->known + index * sizeof(address),
			 sizeof(address));
	return address;
}

static bool is_known(const struct follow *follow, uint64_t page)
{
	uint32_t low = 0;
	uint32_t high = follow->request.known_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		uint64_t address = known_at(follow, middle);

		if (address == page)
			return true;
		if (address < page)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

/* Whether the page is new, and now is no more. */
static bool note_page(struct follow *follow, uint64_t space, uint64_t page)
{
	struct fathom_wire_page *pages = follow->state->pages;
	uint32_t size = COUNT(follow->state->pages);
	uint64_t slot = hash(page ^ space);

	/* Free entries must remain, for they end the search. */
	if (follow->noted == size - size / 4)
		return false;
	for (;; slot++) {
		struct fathom_wire_page *entry = &pages[slot % size];

		if (entry->address == page && entry->space == space)
			return false;
		if (entry->address || entry->space)
			continue;
		entry->address = page;
		entry->space = space;
		follow->noted++;
		return true;
	}
}

/*
 * The same for objects: a hostile list may lead in circles. Those visited and
 * those in the queue are fewer than the table has entries.
 */
static bool note_object(struct follow *follow, uint64_t space, uint64_t address,
			uint32_t outline)
{
	/*
	 * The top byte of a canonical address is all zeroes or all ones, and
	 * there are less than 128 outlines: no two objects of the kernel's
	 * have the same key, whatever flags are in the low bits of pointers to
	 * them. If two of processes ever have, or the key is 0, one object is
	 * left out.
	 */
	uint64_t key = (address & ~(uint64_t)(POINTER_SIZE - 1)) ^
		       ((uint64_t)(outline + 1) << 56) ^
		       (space == follow->request.space ? 0 : hash(space) << 8);
	uint64_t *seen = follow->state->seen;
	uint64_t slot = hash(key);

	for (;; slot++) {
		uint64_t *entry = &seen[slot % COUNT(follow->state->seen)];

		if (*entry == key)
			return false;
		if (*entry)
			continue;
		*entry = key;
		return true;
	}
}

/* Where @address is in RAM, and that a page's rest is there. */
static uint32_t locate(struct follow *follow, uint64_t space, uint64_t address,
		       uint64_t *physical)
{
	struct agent_space opened;
	uint32_t status;

	if (!follow->walks)
		return FATHOM_WIRE_TOO_LARGE;
	follow->walks--;
	if (space != follow->walker_space) {
		status = agent_space_open(follow->agent, space, &opened);
		if (status)
			return status;
		agent_walker_start(&follow->walker, &opened);
		follow->walker_space = space;
	}
	return agent_walk(follow->agent, &follow->walker, address, physical);
}

/* Only the end of the target ends the call: all else is left out. */
static uint32_t serious(uint32_t status)
{
	return status == FATHOM_WIRE_TARGET_GONE ? status : FATHOM_WIRE_OK;
}

static uint32_t bring_page(struct follow *follow, uint64_t space, uint64_t page)
{
	struct fathom_wire_page header = {.space = space, .address = page};
	uint64_t physical;
	uint32_t status;

	if (follow->page_count == follow->max_pages ||
	    (space == follow->request.space && is_known(follow, page)) ||
	    !note_page(follow, space, page))
		return FATHOM_WIRE_OK;
	status = locate(follow, space, page, &physical);
	if (!status)
		status = agent_read_physical(follow->agent, physical,
					     follow->out + sizeof(header),
					     PAGE_SIZE);
	if (status)
		return serious(status);
	__builtin_memcpy(follow->out, &header, sizeof(header));
	follow->out += sizeof(header) + PAGE_SIZE;
	follow->page_count++;
	return FATHOM_WIRE_OK;
}

static uint32_t bring_piece(struct follow *follow, uint64_t space,
			    uint64_t object,
			    const struct fathom_wire_piece *piece)
{
	uint64_t first = object + (uint64_t)(int64_t)piece->offset;
	uint64_t last = first + piece->size - 1;
	uint32_t status;

	if (last < first)
		return FATHOM_WIRE_OK;
	status = bring_page(follow, space, first & PAGE_MASK);
	if (!status && (first ^ last) & PAGE_MASK)
		status = bring_page(follow, space, last & PAGE_MASK);
	return status;
}

/*
 * The kernel's pointers are aligned. So where the address is not, the pointer
 * to this object had flags in its low bits (rb_node.__rb_parent_color).
 */
static uint32_t read_pointer(struct follow *follow, uint64_t address,
			     uint64_t *value)
{
	uint64_t physical;
	uint32_t status;

	*value = 0;
	address &= ~(uint64_t)(POINTER_SIZE - 1);
	status = locate(follow, follow->request.space, address, &physical);
	if (!status)
		status = agent_read_physical(follow->agent, physical, value,
					     sizeof(*value));
	if (status)
		*value = 0;
	return serious(status);
}

static void enqueue(struct follow *follow, uint64_t space, uint64_t address,
		    uint32_t outline)
{
	uint32_t size = COUNT(follow->state->queue);
	uint32_t tail;

	if (follow->queued == size ||
	    !note_object(follow, space, address, outline))
		return;
	tail = (follow->head + follow->queued) % size;
	follow->state->queue[tail].address = address;
	follow->state->queue[tail].space = space;
	follow->state->queue[tail].outline = outline;
	follow->queued++;
}

static bool is_upper_half(uint64_t address)
{
	return address >> 63;
}

/* The space id of the tables at a kernel address; 0 if they are nowhere. */
static uint32_t find_root(struct follow *follow, uint64_t address,
			  uint64_t *space)
{
	uint64_t table;
	uint32_t status;

	*space = 0;
	status = read_pointer(follow, address, &table);
	if (status || !is_upper_half(table) || table % PAGE_SIZE)
		return status;
	status = locate(follow, follow->request.space, table, space);
	if (status)
		return serious(status);
	*space |= follow->kernel.levels == 5 ? FATHOM_SPACE_5_LEVEL
					     : FATHOM_SPACE_4_LEVEL;
	return FATHOM_WIRE_OK;
}

static uint32_t follow_user(struct follow *follow, uint64_t object,
			    const struct fathom_wire_link *link, uint64_t value)
{
	uint64_t target = value - (uint64_t)(int64_t)link->delta;
	uint64_t space;
	uint32_t status;

	if (!value || is_upper_half(value) || is_upper_half(target))
		return FATHOM_WIRE_OK;
	status = find_root(follow, object + (uint64_t)(int64_t)link->root,
			   &space);
	if (!status && space)
		enqueue(follow, space, target, link->outline);
	return status;
}

static uint32_t follow_link(struct follow *follow, uint64_t object,
			    const struct fathom_wire_link *link)
{
	uint64_t target;
	uint64_t value;
	uint32_t status;

	if ((link->flags & FATHOM_LINK_CHAIN) &&
	    follow->page_count >= follow->max_pages - follow->max_pages / 4)
		return FATHOM_WIRE_OK;
	status = read_pointer(follow, object + (uint64_t)(int64_t)link->offset,
			      &value);
	if (status)
		return status;
	if (link->flags & FATHOM_LINK_USER)
		return follow_user(follow, object, link, value);
	target = value - (uint64_t)(int64_t)link->delta;
	if (is_upper_half(value) && is_upper_half(target))
		enqueue(follow, follow->request.space, target, link->outline);
	return FATHOM_WIRE_OK;
}

static bool take_step(struct follow *follow)
{
	if (!follow->steps)
		return false;
	follow->steps--;
	return true;
}

static uint32_t visit(struct follow *follow, uint64_t space, uint64_t object,
		      uint32_t index)
{
	struct fathom_wire_outline outline = outline_at(follow, index);
	uint32_t status = FATHOM_WIRE_OK;
	uint32_t i;

	for (i = 0; i < outline.piece_count && take_step(follow) && !status;
	     i++) {
		struct fathom_wire_piece piece =
			piece_at(follow, follow->first_piece[index] + i);

		status = bring_piece(follow, space, object, &piece);
	}
	/* What user memory points to is nothing of the kernel's. */
	if (space != follow->request.space)
		return status;
	for (i = 0; i < outline.link_count && take_step(follow) && !status;
	     i++) {
		struct fathom_wire_link link =
			link_at(follow, follow->first_link[index] + i);

		status = follow_link(follow, object, &link);
	}
	return status;
}

static uint32_t visit_all(struct follow *follow)
{
	uint32_t status = FATHOM_WIRE_OK;

	enqueue(follow, follow->request.space, follow->request.start,
		follow->request.outline);
	while (!status && follow->queued && follow->visits && follow->walks &&
	       follow->page_count < follow->max_pages) {
		uint32_t at = follow->head;

		follow->head = (at + 1) % COUNT(follow->state->queue);
		follow->queued--;
		follow->visits--;
		status = visit(follow, follow->state->queue[at].space,
			       follow->state->queue[at].address,
			       follow->state->queue[at].outline);
	}
	return status;
}

static bool counts_valid(const struct fathom_wire_follow *request,
			 size_t length)
{
	if (!request->max_pages || !request->outline_count ||
	    request->outline_count > FATHOM_WIRE_MAX_OUTLINES ||
	    request->outline >= request->outline_count ||
	    request->piece_count > FATHOM_WIRE_MAX_PIECES ||
	    request->link_count > FATHOM_WIRE_MAX_LINKS ||
	    request->known_count > FATHOM_WIRE_MAX_KNOWN)
		return false;
	return length ==
	       sizeof(*request) +
		       request->outline_count *
			       sizeof(struct fathom_wire_outline) +
		       request->piece_count * sizeof(struct fathom_wire_piece) +
		       request->link_count * sizeof(struct fathom_wire_link) +
		       request->known_count * sizeof(uint64_t);
}

/* Where the parts of the request are. Its counts and length are valid. */
static void find_parts(struct follow *follow, const uint8_t *body)
{
	const struct fathom_wire_follow *request = &follow->request;

	follow->outlines = body + sizeof(*request);
	follow->pieces =
		follow->outlines +
		request->outline_count * sizeof(struct fathom_wire_outline);
	follow->links = follow->pieces +
			request->piece_count * sizeof(struct fathom_wire_piece);
	follow->known = follow->links +
			request->link_count * sizeof(struct fathom_wire_link);
}

static bool outlines_valid(struct follow *follow)
{
	uint32_t pieces = 0;
	uint32_t links = 0;
	uint32_t i;

	for (i = 0; i < follow->request.outline_count; i++) {
		struct fathom_wire_outline outline = outline_at(follow, i);

		if (outline.piece_count >
			    follow->request.piece_count - pieces ||
		    outline.link_count > follow->request.link_count - links)
			return false;
		follow->first_piece[i] = (uint16_t)pieces;
		follow->first_link[i] = (uint16_t)links;
		pieces += outline.piece_count;
		links += outline.link_count;
	}
	return pieces == follow->request.piece_count &&
	       links == follow->request.link_count;
}

static bool parts_valid(const struct follow *follow)
{
	uint32_t i;

	for (i = 0; i < follow->request.piece_count; i++) {
		uint32_t size = piece_at(follow, i).size;

		if (!size || size > PAGE_SIZE)
			return false;
	}
	for (i = 0; i < follow->request.link_count; i++) {
		struct fathom_wire_link link = link_at(follow, i);

		if (link.outline >= follow->request.outline_count ||
		    link.flags & ~(FATHOM_LINK_USER | FATHOM_LINK_CHAIN))
			return false;
	}
	for (i = 1; i < follow->request.known_count; i++) {
		if (known_at(follow, i - 1) >= known_at(follow, i))
			return false;
	}
	return true;
}

static uint32_t open_request(struct follow *follow, const uint8_t *body,
			     size_t length)
{
	uint32_t status;

	if (length < sizeof(follow->request))
		return FATHOM_WIRE_MALFORMED;
	__builtin_memcpy(&follow->request, body, sizeof(follow->request));
	if (!counts_valid(&follow->request, length))
		return FATHOM_WIRE_MALFORMED;
	find_parts(follow, body);
	if (!outlines_valid(follow) || !parts_valid(follow) ||
	    follow->request.space == FATHOM_SPACE_PHYSICAL)
		return FATHOM_WIRE_MALFORMED;
	status = agent_space_open(follow->agent, follow->request.space,
				  &follow->kernel);
	if (status)
		return status;
	agent_walker_start(&follow->walker, &follow->kernel);
	follow->walker_space = follow->request.space;
	return FATHOM_WIRE_OK;
}

/* Bounds of the work: by the request, by the reply's room, by ours. */
static void set_bounds(struct follow *follow, size_t room)
{
	size_t fitting = room / (sizeof(struct fathom_wire_page) + PAGE_SIZE);

	follow->max_pages = follow->request.max_pages;
	if (follow->max_pages > fitting)
		follow->max_pages = (uint32_t)fitting;
	if (follow->max_pages > COUNT(follow->state->pages) / 2)
		follow->max_pages = COUNT(follow->state->pages) / 2;
	follow->steps = MAX_STEPS;
	follow->walks = MAX_WALKS;
	follow->visits = follow->max_pages * VISITS_PER_PAGE;
	if (follow->visits > MAX_VISITS)
		follow->visits = MAX_VISITS;
}

uint32_t agent_follow(struct fathom_agent *agent, const uint8_t *body,
		      size_t length, uint8_t *reply, size_t room, size_t *used)
{
	struct fathom_wire_follow_reply header = {0, 0};
	struct follow follow;
	uint32_t status;

	follow.agent = agent;
	follow.state = &agent->follow;
	status = open_request(&follow, body, length);
	if (status)
		return status;
	if (room < sizeof(header))
		return FATHOM_WIRE_TOO_LARGE;
	set_bounds(&follow, room - sizeof(header));
	if (!follow.max_pages)
		return FATHOM_WIRE_TOO_LARGE;
	__builtin_memset(&agent->follow, 0, sizeof(agent->follow));
	follow.head = 0;
	follow.queued = 0;
	follow.noted = 0;
	follow.page_count = 0;
	follow.out = reply + sizeof(header);
	status = visit_all(&follow);
	if (status)
		return status;
	header.page_count = follow.page_count;
	__builtin_memcpy(reply, &header, sizeof(header));
	*used = (size_t)(follow.out - reply);
	return FATHOM_WIRE_OK;
}
