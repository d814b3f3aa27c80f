/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
#include <err.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "kallsyms.h"

#define TOKENS 256

/* Every 256th symbol's place in the names is kept: kernel/kallsyms.c. */
#define MARKER_STEP 256

struct packed_name {
	uint8_t *bytes;
	size_t length;
};

/* Token i stands for pair[i][0] and pair[i][1], or for the byte itself. */
struct tokens {
	uint8_t pair[TOKENS][2];
	bool is_pair[TOKENS];
	bool taken[TOKENS];
};

static void *allocate(size_t count, size_t size)
{
	void *memory = calloc(count ? count : 1, size);

	if (!memory)
		err(1, "kallsyms");
	return memory;
}

static int by_address(const void *left, const void *right)
{
	const struct kernel_symbol *a = left, *b = right;

	if (a->address != b->address)
		return a->address < b->address ? -1 : 1;
	return strcmp(a->name, b->name);
}

static struct packed_name *pack(const struct kernel_symbol *symbols,
				size_t count, struct tokens *tokens)
{
	struct packed_name *names = allocate(count, sizeof(*names));

	for (size_t i = 0; i < count; i++) {
		names[i].length = strlen(symbols[i].name) + 1;
		names[i].bytes = allocate(names[i].length, 1);
		names[i].bytes[0] = (uint8_t)symbols[i].type;
		memcpy(names[i].bytes + 1, symbols[i].name,
		       names[i].length - 1);
		for (size_t j = 0; j < names[i].length; j++)
			tokens->taken[names[i].bytes[j]] = true;
	}
	return names;
}

static unsigned int best_pair(const struct packed_name *names, size_t count,
			      unsigned int *profit)
{
	static unsigned int profits[TOKENS * TOKENS];
	unsigned int best = 0;

	memset(profits, 0, sizeof(profits));
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j + 1 < names[i].length; j++)
			profits[names[i].bytes[j] << 8 |
				names[i].bytes[j + 1]]++;
	for (unsigned int i = 0; i < TOKENS * TOKENS; i++)
		if (profits[i] > profits[best])
			best = i;
	*profit = profits[best];
	return best;
}

static void replace_pair(struct packed_name *name, const uint8_t pair[2],
			 uint8_t token)
{
	size_t to = 0;

	for (size_t from = 0; from < name->length; from++) {
		if (from + 1 < name->length && name->bytes[from] == pair[0] &&
		    name->bytes[from + 1] == pair[1]) {
			name->bytes[to++] = token;
			from++;
		} else {
			name->bytes[to++] = name->bytes[from];
		}
	}
	name->length = to;
}

static void compress(struct packed_name *names, size_t count,
		     struct tokens *tokens)
{
	unsigned int profit, pair;

	for (int token = TOKENS - 1; token >= 0; token--) {
		if (tokens->taken[token])
			continue;
		pair = best_pair(names, count, &profit);
		if (profit < 2)
			return;
		tokens->taken[token] = tokens->is_pair[token] = true;
		tokens->pair[token][0] = (uint8_t)(pair >> 8);
		tokens->pair[token][1] = (uint8_t)pair;
		for (size_t i = 0; i < count; i++)
			replace_pair(&names[i], tokens->pair[token],
				     (uint8_t)token);
	}
}

static size_t expand(const struct tokens *tokens, uint8_t token, char *text)
{
	size_t length;

	if (!tokens->is_pair[token]) {
		text[0] = (char)token;
		return 1;
	}
	length = expand(tokens, tokens->pair[token][0], text);
	return length + expand(tokens, tokens->pair[token][1], text + length);
}

static void write_tokens(struct kallsyms *tables, const struct tokens *tokens)
{
	/* A token expands to a part of one name: 512 bytes at most. */
	char *end = tables->token_table = allocate(TOKENS, 513);

	for (unsigned int i = 0; i < TOKENS; i++) {
		tables->token_index[i] = (uint16_t)(end - tables->token_table);
		if (tokens->taken[i])
			end += expand(tokens, (uint8_t)i, end);
		*end++ = '\0';
	}
	tables->token_table_size = (size_t)(end - tables->token_table);
}

static void write_names(struct kallsyms *tables,
			const struct packed_name *names, size_t count)
{
	size_t size = 0;
	uint8_t *end;

	for (size_t i = 0; i < count; i++)
		size += 2 + names[i].length;
	tables->names = end = allocate(size, 1);
	tables->marker_count = (count + MARKER_STEP - 1) / MARKER_STEP;
	tables->markers = allocate(tables->marker_count, sizeof(uint32_t));
	for (size_t i = 0; i < count; i++) {
		if (i % MARKER_STEP == 0)
			tables->markers[i / MARKER_STEP] =
				(uint32_t)(end - tables->names);
		if (names[i].length > 0x7f) {
			*end++ = (uint8_t)(names[i].length | 0x80);
			*end++ = (uint8_t)(names[i].length >> 7);
		} else {
			*end++ = (uint8_t)names[i].length;
		}
		memcpy(end, names[i].bytes, names[i].length);
		end += names[i].length;
	}
	tables->names_size = (size_t)(end - tables->names);
}

static void write_offsets(struct kallsyms *tables,
			  const struct kernel_symbol *symbols, size_t count)
{
	size_t first = 0;

	while (first < count && !(symbols[first].address >> 63))
		first++;
	if (first == count)
		errx(1, "kallsyms: no symbol of the kernel image");
	tables->relative_base = symbols[first].address;
	tables->offsets = allocate(count, sizeof(int32_t));
	for (size_t i = 0; i < count; i++) {
		if (i < first)
			tables->offsets[i] = (int32_t)symbols[i].address;
		else
			tables->offsets[i] = (int32_t)(tables->relative_base -
						       symbols[i].address - 1);
	}
}

void kallsyms_encode(struct kernel_symbol *symbols, size_t count,
		     struct kallsyms *tables)
{
	struct tokens tokens = {0};
	struct packed_name *names;

	qsort(symbols, count, sizeof(*symbols), by_address);
	names = pack(symbols, count, &tokens);
	compress(names, count, &tokens);
	write_tokens(tables, &tokens);
	write_names(tables, names, count);
	write_offsets(tables, symbols, count);
	tables->count = (uint32_t)count;
	for (size_t i = 0; i < count; i++)
		free(names[i].bytes);
	free(names);
}

void kallsyms_free(struct kallsyms *tables)
{
	free(tables->offsets);
	free(tables->names);
	free(tables->markers);
	free(tables->token_table);
}
