/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * kallsyms: the kernel's own symbol table, compressed, in its read-only data
 * (scripts/kallsyms.c writes it, kernel/kallsyms.c reads it).
 */
#ifndef FATHOM_RUNTIME_KALLSYMS_H
#define FATHOM_RUNTIME_KALLSYMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <fathom/error.h>

#include "table.h"

#define FATHOM_KALLSYMS_TOKENS 256

/**
 * The tables, copied from the target: nothing in them can be relied on.
 * Pointers need no alignment.
 */
struct fathom_kallsyms {
	const uint8_t *names; /* a length, then so many tokens, each symbol */
	size_t names_size;    /* may be more than the names take */
	const uint8_t *token_table; /* NUL-terminated strings */
	size_t token_table_size;
	const uint8_t *token_index; /* FATHOM_KALLSYMS_TOKENS u16 */
	const uint8_t *offsets;	    /* count s32 */
	uint32_t count;

	uint64_t relative_base; /* what offsets are relative to */
	/*
	 * Offsets are relative to their own places instead, of which the
	 * first is at offsets_address.
	 */
	bool place_relative;
	uint64_t offsets_address;
};

/**
 * Decode the tables.
 *
 * @param[in] base Of the kernel: addresses become relative to it.
 * @param[in] limit One past the highest address a symbol may have.
 * @param[out] ret Released with free().
 * @return FATHOM_ERROR_FORMAT or FATHOM_ERROR_LIMIT if they are broken: which
 * symbol, and how.
 */
struct fathom_error *fathom_kallsyms_decode(const struct fathom_kallsyms *in,
					    uint64_t base, uint64_t limit,
					    struct fathom_table **ret);

/** Bytes that @p count names take; 0 if they do not end in @p size bytes. */
size_t fathom_kallsyms_names_length(const uint8_t *names, size_t size,
				    uint32_t count);

#endif /* FATHOM_RUNTIME_KALLSYMS_H */
