/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Looking for the mailbox in a guest's memory: see acpi_search.h. */
#include "acpi_search.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "acpi_table.h"

#define LIMIT	   (1ull << 32)
#define CHUNK	   (1u << 20)
#define MAX_TABLES 256u

/* What a guest full of false RSDPs may cost. */
#define MAX_CANDIDATES	    4096u

#define RSDP_SIGNATURE	    "RSD PTR "
#define RSDP_SIGNATURE_SIZE 8u

/* Since ACPI 2.0; the first 20 bytes have a checksum of their own. */
struct rsdp {
	char signature[RSDP_SIGNATURE_SIZE];
	uint8_t checksum;
	char oem[6];
	uint8_t revision;
	uint32_t rsdt;
	uint32_t length;
	uint64_t xsdt;
	uint8_t extended_checksum;
	uint8_t reserved[3];
} __attribute__((packed));

#define RSDP_1_0_SIZE 20u

struct search {
	const struct segments *segments;
	struct fathom_acpi_body *body;
	unsigned int candidates;
	uint8_t *chunk; /* CHUNK bytes, and what an RSDP at their end needs */
};

/* What cannot be read is not there: false, too, for a file that fails. */
static bool read_guest(const struct search *search, uint64_t address,
		       void *buffer, size_t size)
{
	struct fathom_error *error;
	bool missing = false;

	error = segments_read(search->segments, address, buffer, size,
			      &missing);
	fathom_error_destroy(error);
	return !error && !missing;
}

/* The tables are in RAM; so must the mailbox be, and look like one. */
static bool is_mailbox_table(const struct search *search, uint64_t address)
{
	uint8_t table[ACPI_MAILBOX_TABLE_SIZE];
	struct fathom_error *error;
	struct fathom_acpi_body body;
	uint64_t magic;
	uint8_t last;

	if (!read_guest(search, address, table, sizeof(table)))
		return false;
	error = acpi_mailbox_table(table, sizeof(table), &body);
	if (error) {
		fathom_error_destroy(error);
		return false;
	}
	if (!read_guest(search, body.mailbox_address, &magic, sizeof(magic)) ||
	    magic != FATHOM_MAILBOX_MAGIC ||
	    !read_guest(search, body.mailbox_address + body.mailbox_size - 1,
			&last, sizeof(last)))
		return false;
	*search->body = body;
	return true;
}

static bool try_tables(const struct search *search, const uint8_t *entries,
		       size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		char signature[ACPI_SIGNATURE_SIZE];
		uint64_t address;

		memcpy(&address, entries + i * sizeof(address),
		       sizeof(address));
		if (read_guest(search, address, signature, sizeof(signature)) &&
		    !memcmp(signature, FATHOM_ACPI_SIGNATURE,
			    sizeof(signature)) &&
		    is_mailbox_table(search, address))
			return true;
	}
	return false;
}

static bool try_xsdt(const struct search *search, uint64_t address)
{
	uint8_t table[FATHOM_ACPI_HEADER_SIZE + MAX_TABLES * sizeof(uint64_t)];
	uint32_t length;

	if (!read_guest(search, address, table, FATHOM_ACPI_HEADER_SIZE) ||
	    memcmp(table, "XSDT", ACPI_SIGNATURE_SIZE) != 0)
		return false;
	memcpy(&length, table + ACPI_LENGTH_OFFSET, sizeof(length));
	if (length < FATHOM_ACPI_HEADER_SIZE || length > sizeof(table) ||
	    !read_guest(search, address, table, length) ||
	    !acpi_checksum_good(table, length))
		return false;
	return try_tables(search, table + FATHOM_ACPI_HEADER_SIZE,
			  (length - FATHOM_ACPI_HEADER_SIZE) /
				  sizeof(uint64_t));
}

static bool try_rsdp(struct search *search, const uint8_t *bytes)
{
	struct rsdp rsdp;

	memcpy(&rsdp, bytes, sizeof(rsdp));
	if (memcmp(rsdp.signature, RSDP_SIGNATURE, RSDP_SIGNATURE_SIZE) != 0 ||
	    rsdp.revision < 2 || rsdp.length < sizeof(rsdp) ||
	    !acpi_checksum_good(bytes, RSDP_1_0_SIZE) ||
	    !acpi_checksum_good(bytes, sizeof(rsdp)))
		return false;
	search->candidates++;
	return try_xsdt(search, rsdp.xsdt);
}

/* Where UEFI hands it over, it needs no alignment. */
static bool search_chunk(struct search *search, uint64_t start, size_t size)
{
	const uint8_t *next = search->chunk;
	const uint8_t *end = next + size;

	if (segments_next_data(search->segments, start) >= start + size ||
	    !read_guest(search, start, search->chunk, size))
		return false;
	while (search->candidates <= MAX_CANDIDATES) {
		next = memmem(next, (size_t)(end - next), RSDP_SIGNATURE,
			      RSDP_SIGNATURE_SIZE);
		if (!next || (size_t)(end - next) < sizeof(struct rsdp))
			return false;
		if (try_rsdp(search, next))
			return true;
		next++;
	}
	return false;
}

/* An RSDP may begin in one chunk and end in the next: they overlap. */
static bool search_range(struct search *search, uint64_t start, uint64_t end)
{
	while (end > start && search->candidates <= MAX_CANDIDATES) {
		uint64_t from = end - start > CHUNK ? end - CHUNK : start;

		if (search_chunk(search, from, (size_t)(end - from)))
			return true;
		if (from == start)
			return false;
		end = from + sizeof(struct rsdp) - 1;
	}
	return false;
}

static bool search_ranges(struct search *search,
			  const struct fathom_wire_range *ranges,
			  uint32_t count)
{
	while (count--) {
		uint64_t start = ranges[count].start;
		uint64_t end = start + ranges[count].size;

		if (start >= LIMIT)
			continue;
		if (end > LIMIT)
			end = LIMIT;
		if (search_range(search, start, end))
			return true;
	}
	return false;
}

struct fathom_error *acpi_search_mailbox(const struct segments *segments,
					 const struct fathom_wire_range *ranges,
					 uint32_t count,
					 struct fathom_acpi_body *body)
{
	struct search search = {
		.segments = segments,
		.body = body,
		.chunk = malloc(CHUNK),
	};
	bool found;

	if (!search.chunk)
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "out of memory");
	found = search_ranges(&search, ranges, count);
	free(search.chunk);
	if (found)
		return NULL;
	return fathom_error_create(
		FATHOM_ERROR_TARGET,
		"no mailbox (ACPI table FTHM) in its memory: is its firmware one with Fathom's agent, and has it started?");
}
