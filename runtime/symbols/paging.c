/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * A reader of page tables. What they say is the target's word; the agent
 * checks that each table lies in RAM.
 */
#include <stdbool.h>
#include <string.h>

#include "../client.h"
#include "../page_memory.h"
#include "bytes.h"
#include "paging.h"

#define ENTRY_PRESENT (1ull << 0)
#define ENTRY_LARGE   (1ull << 7)
#define ENTRY_ADDRESS 0x000ffffffffff000ull /* bits 51..12 */
#define TABLE_ENTRIES 512
#define TABLE_SIZE    4096

/* Candidates looked at before the best are taken. */
#define MAX_GROUPS 64

struct group {
	uint64_t shift; /* physical - virtual, modulo 2^64 */
	unsigned int first, last;
	size_t hints;
};

uint64_t fathom_tables_space(const struct fathom_tables *tables)
{
	return tables->root | (tables->levels == 5 ? FATHOM_SPACE_5_LEVEL
						   : FATHOM_SPACE_4_LEVEL);
}

static uint64_t entry_address(struct fathom_client *client, uint64_t entry)
{
	return entry & ENTRY_ADDRESS &
	       ~fathom_client_info(client)->wire.c_bit_mask;
}

static unsigned int entry_index(uint64_t address, unsigned int level)
{
	return address >> (12 + 9 * (level - 1)) & (TABLE_ENTRIES - 1);
}

static struct fathom_error *read_entry(struct fathom_client *client,
				       uint64_t table, uint64_t address,
				       unsigned int level, uint64_t *ret)
{
	struct fathom_error *error;
	uint8_t raw[8];

	error = fathom_client_read(client, FATHOM_SPACE_PHYSICAL,
				   table + 8 * entry_index(address, level), raw,
				   sizeof(raw));
	if (error)
		return fathom_error_prefix(error, "page table of level %u",
					   level);
	*ret = fathom_le64(raw);
	if (!(*ret & ENTRY_PRESENT))
		return fathom_error_fault(
			address, "page table of level %u has no entry", level);
	return NULL;
}

/*
 * Go down from the root until the entry that maps @p address, or to the one
 * of level @p last.
 */
static struct fathom_error *descend(struct fathom_client *client,
				    const struct fathom_tables *tables,
				    uint64_t address, unsigned int last,
				    uint64_t *entry, unsigned int *level)
{
	uint64_t table = tables->root;
	struct fathom_error *error;

	for (*level = tables->levels;; (*level)--) {
		error = read_entry(client, table, address, *level, entry);
		if (error)
			return error;
		if (*level == last ||
		    ((*level == 2 || *level == 3) && *entry & ENTRY_LARGE))
			return NULL;
		table = entry_address(client, *entry);
	}
}

struct fathom_error *fathom_tables_walk(struct fathom_client *client,
					const struct fathom_tables *tables,
					uint64_t address, uint64_t *physical)
{
	struct fathom_error *error;
	unsigned int level;
	uint64_t entry, inside;

	error = descend(client, tables, address, 1, &entry, &level);
	if (error)
		return error;
	inside = (1ull << (12 + 9 * (level - 1))) - 1;
	*physical = (entry_address(client, entry) & ~inside) |
		    (address & inside);
	return NULL;
}

/* Where 2 MiB mapped by 4 KiB pages start, by the first page there is. */
static bool small_pages(struct fathom_client *client, uint64_t table,
			uint64_t *physical, struct fathom_error **fatal)
{
	uint8_t raw[TABLE_SIZE];
	uint64_t entry;

	*fatal = fathom_client_read(client, FATHOM_SPACE_PHYSICAL, table, raw,
				    sizeof(raw));
	if (*fatal && (*fatal)->code == FATHOM_ERROR_FAULT) {
		fathom_error_destroy(*fatal);
		*fatal = NULL;
		return false;
	}
	if (*fatal)
		return false;
	for (unsigned int i = 0; i < TABLE_ENTRIES; i++) {
		entry = fathom_le64(raw + 8 * i);
		if (!(entry & ENTRY_PRESENT))
			continue;
		*physical = entry_address(client, entry) - i * TABLE_SIZE;
		return !(*physical % FATHOM_LARGE_PAGE);
	}
	return false;
}

static void add_to_group(struct group *groups, size_t *count,
			 unsigned int index, uint64_t physical)
{
	uint64_t shift = physical - index * FATHOM_LARGE_PAGE;

	for (size_t i = 0; i < *count; i++)
		if (groups[i].shift == shift) {
			groups[i].last = index;
			return;
		}
	if (*count < MAX_GROUPS)
		groups[(*count)++] = (struct group){
			.shift = shift,
			.first = index,
			.last = index,
		};
}

/* Ask for all tables of 4 KiB pages at once. */
static struct fathom_error *fetch_small_tables(struct fathom_client *client,
					       const uint8_t raw[TABLE_SIZE])
{
	uint64_t tables[FATHOM_PAGE_MEMORY_PAGES / 2];
	size_t count = 0;
	uint64_t entry;
	unsigned int i;

	for (i = 0; i < TABLE_ENTRIES; i++) {
		entry = fathom_le64(raw + 8 * i);
		if (entry & ENTRY_PRESENT && !(entry & ENTRY_LARGE) &&
		    count < sizeof(tables) / sizeof(tables[0]))
			tables[count++] = entry_address(client, entry);
	}
	return fathom_client_fetch_pages(client, tables, count);
}

static struct fathom_error *find_groups(struct fathom_client *client,
					uint64_t table, struct group *groups,
					size_t *count)
{
	struct fathom_error *error;
	uint8_t raw[TABLE_SIZE];
	uint64_t entry, physical;

	*count = 0;
	error = fathom_client_read(client, FATHOM_SPACE_PHYSICAL, table, raw,
				   sizeof(raw));
	if (error)
		return fathom_error_prefix(error, "page table of kernel text");
	error = fetch_small_tables(client, raw);
	if (error)
		return error;
	for (unsigned int i = 0; i < TABLE_ENTRIES; i++) {
		entry = fathom_le64(raw + 8 * i);
		if (!(entry & ENTRY_PRESENT))
			continue;
		physical = entry_address(client, entry);
		if (entry & ENTRY_LARGE)
			physical &= ~(FATHOM_LARGE_PAGE - 1);
		else if (!small_pages(client, physical, &physical, &error)) {
			if (error)
				return error;
			continue;
		}
		add_to_group(groups, count, i, physical);
	}
	return NULL;
}

static void count_hints(struct group *group, const uint64_t *hints,
			size_t count)
{
	uint64_t start = FATHOM_TEXT_START + group->first * FATHOM_LARGE_PAGE;
	uint64_t end =
		FATHOM_TEXT_START + (group->last + 1) * FATHOM_LARGE_PAGE;

	group->hints = 0;
	for (size_t i = 0; i < count; i++)
		group->hints += hints[i] >= start && hints[i] < end;
}

/* The most hints; the lowest of those that have as many. */
static struct group *take_best(struct group *groups, size_t count)
{
	struct group *best = NULL;

	for (size_t i = 0; i < count; i++)
		if (groups[i].first <= groups[i].last &&
		    (!best || groups[i].hints > best->hints))
			best = &groups[i];
	return best;
}

struct fathom_error *fathom_images_find(struct fathom_client *client,
					const struct fathom_tables *tables,
					const uint64_t *hints,
					size_t hint_count,
					struct fathom_image *ret, size_t *count)
{
	struct group groups[MAX_GROUPS], *best;
	struct fathom_error *error;
	unsigned int level;
	size_t group_count;
	uint64_t entry;

	*count = 0;
	error = descend(client, tables, FATHOM_TEXT_START, 3, &entry, &level);
	if (error)
		return error;
	if (entry & ENTRY_LARGE)
		return fathom_error_fault(FATHOM_TEXT_START,
					  "no Linux maps its text by 1 GiB");
	error = find_groups(client, entry_address(client, entry), groups,
			    &group_count);
	if (error)
		return error;
	for (size_t i = 0; i < group_count; i++)
		count_hints(&groups[i], hints, hint_count);
	while (*count < FATHOM_MAX_IMAGES) {
		best = take_best(groups, group_count);
		if (!best)
			break;
		ret[(*count)++] = (struct fathom_image){
			.tables = *tables,
			.base = FATHOM_TEXT_START +
				best->first * FATHOM_LARGE_PAGE,
			.physical =
				best->shift + best->first * FATHOM_LARGE_PAGE,
			.size = (best->last - best->first + 1) *
				FATHOM_LARGE_PAGE,
		};
		/* Mark as taken. */
		best->first = best->last + 1;
	}
	if (!*count)
		return fathom_error_fault(FATHOM_TEXT_START,
					  "nothing is mapped as kernel text");
	return NULL;
}
