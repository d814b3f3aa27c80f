/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The symbols of a target's kernel, at the addresses of this boot.
 */
#include <stdlib.h>

#include "../client.h"
#include "locate.h"
#include "symbols.h"

struct fathom_symbols {
	struct fathom_symbols_info info;
	struct fathom_kernel kernel;
	uint64_t end; /* of the image, from its base */
};

static void fill_info(struct fathom_symbols *symbols)
{
	const struct fathom_kernel *kernel = &symbols->kernel;

	symbols->info = (struct fathom_symbols_info){
		.kernel_base = kernel->image.base,
		.kaslr_offset = kernel->image.base - kernel->facts.link_base,
		.page_table_root = kernel->image.tables.root,
		.paging_levels = kernel->image.tables.levels,
		.pti = kernel->pti,
		.banner = kernel->facts.banner,
		.release = kernel->release,
		.build_id = kernel->facts.build_id[0] ? kernel->facts.build_id
						      : NULL,
		.source = kernel->source,
		.count = kernel->table->count,
	};
	if (!fathom_table_value(kernel->table, "_end", &symbols->end))
		symbols->end = kernel->image.size;
}

/* The cache only saves time: not being able to write it is no failure. */
static void store(const struct fathom_kernel *kernel)
{
	if (!kernel->owned || !kernel->facts.count || !kernel->facts.note)
		return;
	fathom_error_destroy(fathom_cache_store(&kernel->facts, kernel->table));
}

struct fathom_error *
fathom_symbols_load(struct fathom_client *client,
		    const struct fathom_symbols_options *options,
		    struct fathom_symbols **ret)
{
	static const struct fathom_symbols_options defaults;
	struct fathom_symbols *symbols = calloc(1, sizeof(*symbols));
	struct fathom_error *error;

	if (!symbols)
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "no memory for symbols");
	if (!options)
		options = &defaults;
	error = fathom_locate(client, options, &symbols->kernel);
	if (error) {
		free(symbols);
		return error;
	}
	if (!options->no_cache)
		store(&symbols->kernel);
	fill_info(symbols);
	*ret = symbols;
	return NULL;
}

void fathom_symbols_destroy(struct fathom_symbols *symbols)
{
	if (!symbols)
		return;
	fathom_kernel_release(&symbols->kernel);
	free(symbols);
}

const struct fathom_symbols_info *
fathom_symbols_info(const struct fathom_symbols *symbols)
{
	return &symbols->info;
}

static void describe(const struct fathom_symbols *symbols,
		     const struct fathom_table_entry *entry,
		     struct fathom_symbol_info *ret)
{
	uint64_t base = entry->flags & FATHOM_TABLE_ABSOLUTE
				? 0
				: symbols->info.kernel_base;

	*ret = (struct fathom_symbol_info){
		.address = base + entry->value,
		.type = entry->type,
		.name = fathom_table_name(symbols->kernel.table, entry),
	};
}

bool fathom_symbols_find(const struct fathom_symbols *symbols, const char *name,
			 struct fathom_symbol_info *ret)
{
	const struct fathom_table_entry *entry =
		fathom_table_find(symbols->kernel.table, name);

	if (entry)
		describe(symbols, entry, ret);
	return entry;
}

bool fathom_symbols_is_unique(const struct fathom_symbols *symbols,
			      const char *name)
{
	return fathom_table_is_unique(symbols->kernel.table, name);
}

bool fathom_symbols_at(const struct fathom_symbols *symbols, uint64_t address,
		       struct fathom_symbol_info *ret)
{
	uint64_t value = address - symbols->info.kernel_base;
	const struct fathom_table_entry *entry;

	if (address < symbols->info.kernel_base || value >= symbols->end)
		return false;
	entry = fathom_table_at(symbols->kernel.table, value);
	if (entry)
		describe(symbols, entry, ret);
	return entry;
}

bool fathom_symbols_get(const struct fathom_symbols *symbols, size_t index,
			struct fathom_symbol_info *ret)
{
	const struct fathom_table *table = symbols->kernel.table;

	if (index >= table->count)
		return false;
	describe(symbols, &fathom_table_entries(table)[index], ret);
	return true;
}
