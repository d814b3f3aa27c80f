/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The other side of the kallsyms decoder: tables as scripts/kallsyms.c of the
 * kernel writes them, for tests.
 */
#ifndef FATHOM_TESTS_SYMBOLS_ENCODE_H
#define FATHOM_TESTS_SYMBOLS_ENCODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "symbols/kallsyms.h"

struct encoded_symbol {
	uint64_t value; /* from the kernel's base, unless absolute */
	bool absolute;
	char type;
	const char *name;
};

enum encoded_offsets {
	OFFSETS_ABSOLUTE_PERCPU, /* CONFIG_KALLSYMS_ABSOLUTE_PERCPU */
	OFFSETS_UNSIGNED,	 /* without it */
	OFFSETS_PLACE_RELATIVE,	 /* the newest */
};

struct encoded {
	uint8_t *names;
	size_t names_size;
	uint32_t *markers;
	size_t marker_count;
	uint8_t token_table[8192];
	size_t token_table_size;
	uint8_t token_index[2 * FATHOM_KALLSYMS_TOKENS];
	uint32_t *offsets;
	uint32_t count;
};

/**
 * @param[in] symbols Sorted by value, absolute ones first.
 * @param[in] offsets_place Of the offsets, from the base; only for
 * OFFSETS_PLACE_RELATIVE.
 */
void encode_kallsyms(const struct encoded_symbol *symbols, size_t count,
		     enum encoded_offsets how, uint64_t offsets_place,
		     struct encoded *ret);

void encoded_release(struct encoded *encoded);

/** What the decoder takes, pointing into @p encoded. */
struct fathom_kallsyms encoded_input(const struct encoded *encoded,
				     uint64_t base);

#endif /* FATHOM_TESTS_SYMBOLS_ENCODE_H */
