/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Encoder of kallsyms.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "symbols_encode.h"

static bool is_symbol_character(int c)
{
	return isalnum(c) || c == '_' || c == '.' || c == '$' || c == '?';
}

/* Characters stand for themselves, all other codes for longer pieces. */
static void make_tokens(char tokens[][16])
{
	static const char *const pieces[] = {
		"__",	 "sys_",   "init_", "kernel_",
		"_lock", "linux_", "D_",    "T__",
	};
	size_t used = 0;

	for (int i = 0; i < FATHOM_KALLSYMS_TOKENS; i++) {
		if (is_symbol_character(i))
			snprintf(tokens[i], 16, "%c", i);
		else if (used < sizeof(pieces) / sizeof(pieces[0]))
			snprintf(tokens[i], 16, "%s", pieces[used++]);
		else
			snprintf(tokens[i], 16, "zq%03d", i);
	}
}

static void write_tokens(char tokens[][16], struct encoded *ret)
{
	size_t at = 0;

	for (int i = 0; i < FATHOM_KALLSYMS_TOKENS; i++) {
		ret->token_index[2 * i] = at;
		ret->token_index[2 * i + 1] = at >> 8;
		strcpy((char *)ret->token_table + at, tokens[i]);
		at += strlen(tokens[i]) + 1;
	}
	ret->token_table_size = at;
}

/* The longest token first. Returns the number of tokens. */
static size_t compress(char tokens[][16], const char *text, uint8_t *ret)
{
	size_t used = 0, best_length, length;
	int best;

	while (*text) {
		best = -1;
		best_length = 0;
		for (int i = 0; i < FATHOM_KALLSYMS_TOKENS; i++) {
			length = strlen(tokens[i]);
			if (length > best_length &&
			    !strncmp(text, tokens[i], length)) {
				best = i;
				best_length = length;
			}
		}
		if (best < 0)
			abort();
		ret[used++] = best;
		text += best_length;
	}
	return used;
}

static void append_name(char tokens[][16], const struct encoded_symbol *symbol,
			struct encoded *ret)
{
	char text[2048];
	uint8_t codes[2048];
	size_t count;

	snprintf(text, sizeof(text), "%c%s", symbol->type, symbol->name);
	count = compress(tokens, text, codes);
	ret->names = realloc(ret->names, ret->names_size + count + 2);
	if (count > 0x7f) {
		ret->names[ret->names_size++] = (count & 0x7f) | 0x80;
		ret->names[ret->names_size++] = count >> 7;
	} else {
		ret->names[ret->names_size++] = count;
	}
	memcpy(ret->names + ret->names_size, codes, count);
	ret->names_size += count;
}

static uint32_t offset_of(const struct encoded_symbol *symbol,
			  enum encoded_offsets how, uint64_t place)
{
	switch (how) {
	case OFFSETS_ABSOLUTE_PERCPU:
		return symbol->absolute ? symbol->value : -1 - symbol->value;
	case OFFSETS_UNSIGNED:
		return symbol->value;
	case OFFSETS_PLACE_RELATIVE:
		return symbol->value - place;
	}
	abort();
}

void encode_kallsyms(const struct encoded_symbol *symbols, size_t count,
		     enum encoded_offsets how, uint64_t offsets_place,
		     struct encoded *ret)
{
	char tokens[FATHOM_KALLSYMS_TOKENS][16];

	memset(ret, 0, sizeof(*ret));
	make_tokens(tokens);
	write_tokens(tokens, ret);
	ret->count = count;
	ret->offsets = calloc(count, sizeof(uint32_t));
	ret->marker_count = (count + 255) / 256;
	ret->markers = calloc(ret->marker_count, sizeof(uint32_t));
	for (size_t i = 0; i < count; i++) {
		if (i % 256 == 0)
			ret->markers[i / 256] = ret->names_size;
		append_name(tokens, &symbols[i], ret);
		ret->offsets[i] =
			offset_of(&symbols[i], how, offsets_place + 4 * i);
	}
}

void encoded_release(struct encoded *encoded)
{
	free(encoded->names);
	free(encoded->markers);
	free(encoded->offsets);
	memset(encoded, 0, sizeof(*encoded));
}

struct fathom_kallsyms encoded_input(const struct encoded *encoded,
				     uint64_t base)
{
	return (struct fathom_kallsyms){
		.names = encoded->names,
		.names_size = encoded->names_size,
		.token_table = encoded->token_table,
		.token_table_size = encoded->token_table_size,
		.token_index = encoded->token_index,
		.offsets = (const uint8_t *)encoded->offsets,
		.count = encoded->count,
		.relative_base = base,
	};
}
