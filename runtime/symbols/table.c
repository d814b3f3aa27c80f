/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Symbol tables: one block, entries by address, and buckets by name.
 */
#include <stdlib.h>
#include <string.h>

#include "table.h"

static const uint32_t *buckets_of(const struct fathom_table *table)
{
	return (const uint32_t *)(fathom_table_entries(table) + table->count);
}

static const char *strings_of(const struct fathom_table *table)
{
	return (const char *)(buckets_of(table) + table->bucket_count);
}

const struct fathom_table_entry *
fathom_table_entries(const struct fathom_table *table)
{
	return (const struct fathom_table_entry *)(table + 1);
}

const char *fathom_table_name(const struct fathom_table *table,
			      const struct fathom_table_entry *entry)
{
	return strings_of(table) + entry->name;
}

/* FNV-1a; part of the format that is kept in files. */
static uint32_t hash_name(const char *name)
{
	uint32_t hash = 2166136261u;

	for (; *name; name++)
		hash = (hash ^ (uint8_t)*name) * 16777619u;
	return hash;
}

static struct fathom_error *reserve(void **array, size_t *capacity,
				    size_t needed, size_t element)
{
	size_t wanted = *capacity ? *capacity * 2 : 4096;
	void *grown;

	if (needed <= *capacity)
		return NULL;
	if (wanted < needed)
		wanted = needed;
	grown = reallocarray(*array, wanted, element);
	if (!grown)
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "no memory for %zu symbols", wanted);
	*array = grown;
	*capacity = wanted;
	return NULL;
}

static bool is_name(const char *name, size_t length)
{
	if (!length || length > FATHOM_TABLE_MAX_NAME)
		return false;
	for (size_t i = 0; i < length; i++)
		if (name[i] <= 0x20 || name[i] >= 0x7f)
			return false;
	return true;
}

static bool in_order(const struct fathom_table_entry *a,
		     const struct fathom_table_entry *b)
{
	unsigned int absolute_a = a->flags & FATHOM_TABLE_ABSOLUTE;
	unsigned int absolute_b = b->flags & FATHOM_TABLE_ABSOLUTE;

	if (absolute_a != absolute_b)
		return absolute_a > absolute_b;
	return a->value <= b->value;
}

struct fathom_error *fathom_table_add(struct fathom_table_builder *builder,
				      uint64_t value, char type,
				      unsigned int flags, const char *name,
				      size_t length)
{
	struct fathom_table_entry *entry;
	struct fathom_error *error;

	if (type <= 0x20 || type >= 0x7f || !is_name(name, length))
		return fathom_error_create(FATHOM_ERROR_FORMAT,
					   "symbol %zu has no printable name",
					   builder->count);
	if (builder->count >= FATHOM_TABLE_MAX_SYMBOLS ||
	    builder->strings_size + length + 1 > FATHOM_TABLE_MAX_STRINGS)
		return fathom_error_create(
			FATHOM_ERROR_LIMIT,
			"too many symbols: %zu with %zu bytes of names",
			builder->count, builder->strings_size);
	error = reserve((void **)&builder->entries, &builder->capacity,
			builder->count + 1, sizeof(*builder->entries));
	if (error)
		return error;
	error = reserve((void **)&builder->strings, &builder->strings_capacity,
			builder->strings_size + length + 1, 1);
	if (error)
		return error;

	entry = &builder->entries[builder->count];
	*entry = (struct fathom_table_entry){
		.value = value,
		.name = builder->strings_size,
		.type = type,
		.flags = flags,
	};
	memcpy(builder->strings + builder->strings_size, name, length);
	builder->strings[builder->strings_size + length] = '\0';
	builder->strings_size += length + 1;
	if (builder->count && !in_order(entry - 1, entry))
		builder->unsorted = true;
	builder->count++;
	return NULL;
}

/* Ties keep the order they were added in, which `name` tells. */
static int compare_entries(const void *a, const void *b)
{
	const struct fathom_table_entry *left = a, *right = b;

	if (!in_order(left, right))
		return 1;
	if (!in_order(right, left))
		return -1;
	return left->name < right->name ? -1 : 1;
}

/* Half full at most; entries in order, so the lowest of a name comes first. */
static void fill_buckets(uint32_t *buckets, const struct fathom_table *table)
{
	const struct fathom_table_entry *entries = fathom_table_entries(table);
	uint32_t mask = table->bucket_count - 1;
	uint32_t slot;

	memset(buckets, 0xff, table->bucket_count * sizeof(*buckets));
	for (uint32_t i = 0; i < table->count; i++) {
		slot = hash_name(fathom_table_name(table, &entries[i])) & mask;
		while (buckets[slot] != FATHOM_TABLE_FREE)
			slot = (slot + 1) & mask;
		buckets[slot] = i;
	}
}

static uint64_t block_size(uint64_t count, uint64_t buckets, uint64_t strings)
{
	uint64_t size = sizeof(struct fathom_table) +
			count * sizeof(struct fathom_table_entry) +
			buckets * sizeof(uint32_t) + strings;

	return (size + 7) & ~7ull;
}

struct fathom_error *fathom_table_finish(struct fathom_table_builder *builder,
					 struct fathom_table **ret)
{
	struct fathom_table *table;
	uint32_t bucket_count = 16;
	uint64_t size;

	if (!builder->count) {
		fathom_table_discard(builder);
		return fathom_error_create(FATHOM_ERROR_FORMAT, "no symbols");
	}
	if (builder->unsorted)
		qsort(builder->entries, builder->count,
		      sizeof(*builder->entries), compare_entries);
	while (bucket_count < builder->count * 2)
		bucket_count *= 2;
	size = block_size(builder->count, bucket_count, builder->strings_size);
	table = calloc(1, size);
	if (!table) {
		fathom_table_discard(builder);
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "no memory for a symbol table");
	}
	table->size = size;
	table->count = builder->count;
	table->bucket_count = bucket_count;
	/* With the padding, which is NUL as every string's last byte is. */
	table->strings_size = size - (strings_of(table) - (char *)table);
	memcpy(table + 1, builder->entries,
	       builder->count * sizeof(*builder->entries));
	memcpy((char *)strings_of(table), builder->strings,
	       builder->strings_size);
	fill_buckets((uint32_t *)buckets_of(table), table);
	fathom_table_discard(builder);
	*ret = table;
	return NULL;
}

void fathom_table_discard(struct fathom_table_builder *builder)
{
	free(builder->entries);
	free(builder->strings);
	*builder = (struct fathom_table_builder){};
}

static bool sizes_agree(const struct fathom_table *table, size_t size)
{
	if (size < sizeof(*table) || table->size != size || size % 8)
		return false;
	if (!table->count || table->count > FATHOM_TABLE_MAX_SYMBOLS)
		return false;
	if (table->bucket_count <= table->count ||
	    table->bucket_count > 4 * FATHOM_TABLE_MAX_SYMBOLS ||
	    table->bucket_count & (table->bucket_count - 1))
		return false;
	if (!table->strings_size ||
	    table->strings_size > FATHOM_TABLE_MAX_STRINGS + 8)
		return false;
	return size ==
	       sizeof(*table) +
		       table->count * sizeof(struct fathom_table_entry) +
		       table->bucket_count * sizeof(uint32_t) +
		       table->strings_size;
}

bool fathom_table_valid(const struct fathom_table *table, size_t size)
{
	const struct fathom_table_entry *entries;
	const uint32_t *buckets;
	uint32_t used = 0;

	if (!sizes_agree(table, size))
		return false;
	entries = fathom_table_entries(table);
	for (uint32_t i = 0; i < table->count; i++) {
		if (entries[i].name >= table->strings_size)
			return false;
		if (i && !in_order(&entries[i - 1], &entries[i]))
			return false;
	}
	buckets = buckets_of(table);
	for (uint32_t i = 0; i < table->bucket_count; i++) {
		if (buckets[i] == FATHOM_TABLE_FREE)
			continue;
		if (buckets[i] >= table->count)
			return false;
		used++;
	}
	/* One free bucket ends every search. */
	return used <= table->count &&
	       strings_of(table)[table->strings_size - 1] == '\0';
}

/* The first symbol called @p name that has none of @p flags. */
static const struct fathom_table_entry *
find(const struct fathom_table *table, const char *name, unsigned int flags)
{
	const struct fathom_table_entry *entries = fathom_table_entries(table);
	const struct fathom_table_entry *entry;
	const uint32_t *buckets = buckets_of(table);
	uint32_t mask = table->bucket_count - 1;
	uint32_t slot = hash_name(name) & mask;

	for (; buckets[slot] != FATHOM_TABLE_FREE; slot = (slot + 1) & mask) {
		entry = &entries[buckets[slot]];
		if (!(entry->flags & flags) &&
		    !strcmp(fathom_table_name(table, entry), name))
			return entry;
	}
	return NULL;
}

const struct fathom_table_entry *
fathom_table_find(const struct fathom_table *table, const char *name)
{
	return find(table, name, 0);
}

bool fathom_table_is_unique(const struct fathom_table *table, const char *name)
{
	const struct fathom_table_entry *entries = fathom_table_entries(table);
	const uint32_t *buckets = buckets_of(table);
	uint32_t mask = table->bucket_count - 1;
	uint32_t slot = hash_name(name) & mask;
	uint32_t found = 0;

	for (; buckets[slot] != FATHOM_TABLE_FREE; slot = (slot + 1) & mask)
		found += !strcmp(
			fathom_table_name(table, &entries[buckets[slot]]),
			name);
	return found == 1;
}

bool fathom_table_value(const struct fathom_table *table, const char *name,
			uint64_t *ret)
{
	const struct fathom_table_entry *entry =
		find(table, name, FATHOM_TABLE_ABSOLUTE);

	if (entry)
		*ret = entry->value;
	return entry;
}

const struct fathom_table_entry *
fathom_table_at(const struct fathom_table *table, uint64_t value)
{
	const struct fathom_table_entry *entries = fathom_table_entries(table);
	uint32_t low = 0, high = table->count, middle;

	/* Find the first one that is beyond. */
	while (low < high) {
		middle = low + (high - low) / 2;
		if (entries[middle].flags & FATHOM_TABLE_ABSOLUTE ||
		    entries[middle].value <= value)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low || entries[low - 1].flags & FATHOM_TABLE_ABSOLUTE)
		return NULL;
	return &entries[low - 1];
}
