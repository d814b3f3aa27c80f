/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * Any bytes as kallsyms: the decoder and the search end, read nothing beyond
 * their tables (which lie in blocks of their exact sizes), and what they
 * return is a table that its own check accepts.
 */
#include <fathom/error.h>

#include "../../runtime/symbols/kallsyms_search.h"
#include "fuzz.h"

#define BASE	  0xffffffff81000000ull
#define LIMIT	  0xffffffffc0000000ull
#define MAX_COUNT 2048

static void end_of(struct fathom_error *error)
{
	DEMAND(error->message && *error->message);
	DEMAND(!strchr(error->message, '\n'));
	fathom_error_destroy(error);
}

static uint8_t *take_block(struct fuzz_input *input, size_t size)
{
	uint8_t *block = malloc(size + !size);

	DEMAND(block);
	fuzz_take(input, block, size);
	return block;
}

static void check_decode(const struct fathom_kallsyms *kallsyms)
{
	struct fathom_table *table;
	struct fathom_error *error;
	const char *name;

	error = fathom_kallsyms_decode(kallsyms, BASE, LIMIT, &table);
	if (error) {
		end_of(error);
		return;
	}
	DEMAND(fathom_table_valid(table, table->size));
	DEMAND(table->count == kallsyms->count);
	name = fathom_table_name(table, fathom_table_entries(table));
	DEMAND(fathom_table_find(table, name));
	fathom_table_at(table, kallsyms->relative_base);
	free(table);
}

/* An index that fits the strings there are, so that names get expanded. */
static void fit_index(const uint8_t *tokens, size_t size, uint8_t *index)
{
	size_t at = 0;

	for (int i = 0; i < FATHOM_KALLSYMS_TOKENS; i++) {
		index[2 * i] = at;
		index[2 * i + 1] = at >> 8;
		at += strnlen((const char *)tokens + at, size - at) + 1;
		if (at >= size)
			at = 0;
	}
}

static void fuzz_decode(struct fuzz_input *input, uint8_t choice)
{
	struct fathom_kallsyms kallsyms = {.relative_base = BASE};
	uint8_t *names, *tokens, *index, *offsets;

	kallsyms.names_size = fuzz_u64(input) % 1024;
	kallsyms.token_table_size = fuzz_u64(input) % 1024;
	kallsyms.count = fuzz_u64(input) % 64;
	kallsyms.place_relative = choice & 2;
	kallsyms.offsets_address = BASE;
	kallsyms.names = names = take_block(input, kallsyms.names_size);
	kallsyms.token_table = tokens =
		take_block(input, kallsyms.token_table_size);
	kallsyms.token_index = index =
		take_block(input, 2 * FATHOM_KALLSYMS_TOKENS);
	kallsyms.offsets = offsets = take_block(input, 4 * kallsyms.count);
	if (choice & 4 && kallsyms.token_table_size)
		fit_index(tokens, kallsyms.token_table_size, index);
	check_decode(&kallsyms);
	free(names);
	free(tokens);
	free(index);
	free(offsets);
}

/* A token table as it should be: one letter each, the digits in place. */
static size_t put_tokens(uint8_t *piece, size_t at)
{
	size_t index = at + 2 * FATHOM_KALLSYMS_TOKENS;

	for (int i = 0; i < FATHOM_KALLSYMS_TOKENS; i++) {
		piece[at + 2 * i] = i > ' ' && i < 0x7f ? i : 'x';
		piece[at + 2 * i + 1] = 0;
		piece[index + 2 * i] = 2 * i;
		piece[index + 2 * i + 1] = 2 * i >> 8;
	}
	return index + 2 * FATHOM_KALLSYMS_TOKENS;
}

/* num_syms, names and markers of the fuzzer's, good tokens, its offsets. */
static void fuzz_search(struct fuzz_input *input, uint8_t choice)
{
	const size_t before = (fuzz_u64(input) % 4096) & ~7ull;
	uint64_t count = 256 + fuzz_u64(input) % 256, base = BASE;
	size_t after = fuzz_u64(input) % (8 * 1024), size, at, num_syms;
	struct fathom_kallsyms found;
	struct fathom_error *error;
	uint8_t *piece;

	at = 8 + before;
	size = at + 4 * FATHOM_KALLSYMS_TOKENS + after;
	piece = malloc(size);
	DEMAND(piece);
	memcpy(piece, &count, sizeof(count));
	/* Names of one token each, until the fuzzer says otherwise. */
	for (size_t i = 8; i < at; i++)
		piece[i] = i % 2 ? 'a' : 1;
	if (choice & 2)
		fuzz_take(input, piece + 8, before);
	if (choice & 4 && before >= 2 * count + 8) {
		uint32_t markers[2] = {0, 512};

		memcpy(piece + ((8 + 2 * count + 7) & ~7ull), markers, 8);
	}
	at = put_tokens(piece, at);
	fuzz_take(input, piece + at, after);
	if (choice & 8 && after >= ((4 * count + 7) & ~7ull) + 8)
		memcpy(piece + at + ((4 * count + 7) & ~7ull), &base, 8);
	error = fathom_kallsyms_search(piece, size, 8 + before + 2 * '0', BASE,
				       choice & 16 ? BASE : 0, &found,
				       &num_syms);
	if (error)
		end_of(error);
	else
		check_decode(&found);
	free(piece);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};
	uint8_t choice;

	fuzz_take(&input, &choice, sizeof(choice));
	if (choice & 1)
		fuzz_search(&input, choice);
	else
		fuzz_decode(&input, choice);
	return 0;
}
