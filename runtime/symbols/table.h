/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * A symbol table that is one block of memory without pointers, so that it can
 * be written to a file and mapped again as it is.
 *
 * Addresses are relative to the kernel's base: one table serves every boot of
 * a kernel, wherever KASLR puts it.
 */
#ifndef FATHOM_RUNTIME_TABLE_H
#define FATHOM_RUNTIME_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <fathom/error.h>

/* Far above any kernel (Debian's 6.12 has 154,000), far below exhaustion. */
#define FATHOM_TABLE_MAX_SYMBOLS (4u << 20)
#define FATHOM_TABLE_MAX_STRINGS (256u << 20)
/* KSYM_NAME_LEN is 512 (include/linux/kallsyms.h); some slack for its heirs. */
#define FATHOM_TABLE_MAX_NAME 1023

/* Not moved by KASLR: the offset of a per-CPU variable, a constant. */
#define FATHOM_TABLE_ABSOLUTE (1u << 0)

/** One symbol. In order of address, absolute ones first. */
struct fathom_table_entry {
	uint64_t value; /* from the kernel's base, unless absolute */
	uint32_t name;	/* offset in the strings */
	uint8_t type;	/* as nm(1) and /proc/kallsyms print it */
	uint8_t flags;	/* FATHOM_TABLE_* */
	uint16_t reserved;
};

/** The block starts with this; entries, buckets and strings follow. */
struct fathom_table {
	uint64_t size; /* of the whole block, bytes; a multiple of 8 */
	uint32_t count;
	uint32_t bucket_count; /* a power of two, > count */
	uint64_t strings_size; /* the last byte is NUL */
};

/* In a bucket: no symbol hashes here. */
#define FATHOM_TABLE_FREE UINT32_MAX

/** A growing list of symbols, to become a table. Zero-initialise. */
struct fathom_table_builder {
	struct fathom_table_entry *entries;
	char *strings;
	size_t count, capacity;
	size_t strings_size, strings_capacity;
	bool unsorted;
};

/**
 * Append a symbol.
 *
 * @param[in] name @p length bytes, each of which must be printable and no
 * blank: names end up on terminals, and they come from the target.
 */
struct fathom_error *fathom_table_add(struct fathom_table_builder *builder,
				      uint64_t value, char type,
				      unsigned int flags, const char *name,
				      size_t length);

/**
 * Make the table.
 *
 * @param[in] builder Is released, also on failure.
 * @param[out] ret Released with free().
 */
struct fathom_error *fathom_table_finish(struct fathom_table_builder *builder,
					 struct fathom_table **ret);

/** Release what an unfinished builder holds. */
void fathom_table_discard(struct fathom_table_builder *builder);

/**
 * Is the block of @p size bytes at @p table a table, every index of which
 * stays inside? It may come from anywhere.
 */
bool fathom_table_valid(const struct fathom_table *table, size_t size);

const struct fathom_table_entry *
fathom_table_entries(const struct fathom_table *table);

const char *fathom_table_name(const struct fathom_table *table,
			      const struct fathom_table_entry *entry);

/** The first symbol called @p name, or NULL. */
const struct fathom_table_entry *
fathom_table_find(const struct fathom_table *table, const char *name);

/** Whether exactly one symbol is called @p name. */
bool fathom_table_is_unique(const struct fathom_table *table, const char *name);

/** The value of the first symbol called @p name that is not absolute. */
bool fathom_table_value(const struct fathom_table *table, const char *name,
			uint64_t *ret);

/** The last symbol, absolute ones apart, with a value <= @p value; or NULL. */
const struct fathom_table_entry *
fathom_table_at(const struct fathom_table *table, uint64_t value);

#endif /* FATHOM_RUNTIME_TABLE_H */
