/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Decoder of kallsyms.
 */
#include <string.h>

#include "bytes.h"
#include "kallsyms.h"

/* A token is a piece of a name, so never longer than the longest name. */
struct token {
	const char *text;
	size_t length;
};

static struct fathom_error *load_tokens(const struct fathom_kallsyms *in,
					struct token *tokens)
{
	const char *table = (const char *)in->token_table;
	size_t start, length;

	for (unsigned int i = 0; i < FATHOM_KALLSYMS_TOKENS; i++) {
		start = fathom_le16(in->token_index + 2 * i);
		if (start >= in->token_table_size)
			return fathom_error_create(
				FATHOM_ERROR_FORMAT,
				"kallsyms token %u is outside the token table",
				i);
		length = strnlen(table + start, in->token_table_size - start);
		if (length > FATHOM_TABLE_MAX_NAME ||
		    start + length == in->token_table_size)
			return fathom_error_create(
				FATHOM_ERROR_FORMAT,
				"kallsyms token %u has no end", i);
		tokens[i] = (struct token){table + start, length};
	}
	return NULL;
}

/*
 * The length is one byte, or two in ULEB128 when the name has more than 127
 * tokens (since 6.1). Returns its size, or 0 if it is cut off.
 */
static size_t read_length(const uint8_t *data, size_t size, size_t *ret)
{
	if (!size)
		return 0;
	*ret = data[0];
	if (!(data[0] & 0x80))
		return 1;
	if (size < 2)
		return 0;
	*ret = (data[0] & 0x7f) | (size_t)data[1] << 7;
	return 2;
}

size_t fathom_kallsyms_names_length(const uint8_t *names, size_t size,
				    uint32_t count)
{
	size_t used = 0, tokens, step;

	for (uint32_t i = 0; i < count; i++) {
		step = read_length(names + used, size - used, &tokens);
		if (!step || !tokens || tokens > size - used - step)
			return 0;
		used += step + tokens;
	}
	return used;
}

/* The first character is the type, the others are the name. */
static struct fathom_error *expand(const struct token *tokens,
				   const uint8_t *data, size_t count,
				   uint32_t symbol, char *ret, size_t *length)
{
	const struct token *token;

	*length = 0;
	for (size_t i = 0; i < count; i++) {
		token = &tokens[data[i]];
		if (token->length > FATHOM_TABLE_MAX_NAME + 1 - *length)
			return fathom_error_create(
				FATHOM_ERROR_FORMAT,
				"kallsyms symbol %u has a name of more than %u bytes",
				symbol, FATHOM_TABLE_MAX_NAME);
		memcpy(ret + *length, token->text, token->length);
		*length += token->length;
	}
	return NULL;
}

/*
 * With CONFIG_KALLSYMS_ABSOLUTE_PERCPU, offsets >= 0 are absolute values and
 * all the others count down from relative_base - 1; without, all of them are
 * unsigned and count up. In the first case whatever is not per-CPU data is
 * negative, in the second one nothing is (an image is smaller than 2 GiB), so
 * the last symbol, which is the highest, tells.
 */
static bool has_absolute(const struct fathom_kallsyms *in)
{
	return !in->place_relative &&
	       (int32_t)fathom_le32(in->offsets + 4ull * (in->count - 1)) < 0;
}

static uint64_t address_of(const struct fathom_kallsyms *in, bool absolute,
			   uint32_t i, unsigned int *flags)
{
	uint32_t raw = fathom_le32(in->offsets + 4ull * i);
	int64_t offset = (int32_t)raw;

	*flags = 0;
	if (in->place_relative)
		return in->offsets_address + 4ull * i + offset;
	if (!absolute)
		return in->relative_base + raw;
	if (offset < 0)
		return in->relative_base - 1 - offset;
	*flags = FATHOM_TABLE_ABSOLUTE;
	return offset;
}

static struct fathom_error *add_symbol(const struct fathom_kallsyms *in,
				       bool absolute, uint32_t i, uint64_t base,
				       uint64_t limit, const char *text,
				       size_t length,
				       struct fathom_table_builder *builder)
{
	unsigned int flags;
	uint64_t address = address_of(in, absolute, i, &flags);

	if (!length)
		return fathom_error_create(FATHOM_ERROR_FORMAT,
					   "kallsyms symbol %u is empty", i);
	if (flags & FATHOM_TABLE_ABSOLUTE)
		return fathom_table_add(builder, address, text[0], flags,
					text + 1, length - 1);
	if (address < base || address >= limit)
		return fathom_error_create(
			FATHOM_ERROR_FORMAT,
			"kallsyms symbol %u at 0x%llx is outside the kernel", i,
			(unsigned long long)address);
	return fathom_table_add(builder, address - base, text[0], flags,
				text + 1, length - 1);
}

static struct fathom_error *add_symbols(const struct fathom_kallsyms *in,
					const struct token *tokens,
					uint64_t base, uint64_t limit,
					struct fathom_table_builder *builder)
{
	char text[FATHOM_TABLE_MAX_NAME + 1];
	bool absolute = has_absolute(in);
	size_t used = 0, count, length, step;
	struct fathom_error *error;

	for (uint32_t i = 0; i < in->count; i++) {
		step = read_length(in->names + used, in->names_size - used,
				   &count);
		if (!step || count > in->names_size - used - step)
			return fathom_error_create(
				FATHOM_ERROR_FORMAT,
				"kallsyms names end in symbol %u of %u", i,
				in->count);
		used += step;
		error = expand(tokens, in->names + used, count, i, text,
			       &length);
		if (!error)
			error = add_symbol(in, absolute, i, base, limit, text,
					   length, builder);
		if (error)
			return error;
		used += count;
	}
	return NULL;
}

struct fathom_error *fathom_kallsyms_decode(const struct fathom_kallsyms *in,
					    uint64_t base, uint64_t limit,
					    struct fathom_table **ret)
{
	struct token tokens[FATHOM_KALLSYMS_TOKENS];
	struct fathom_table_builder builder = {};
	struct fathom_error *error;

	if (!in->count || in->count > FATHOM_TABLE_MAX_SYMBOLS)
		return fathom_error_create(FATHOM_ERROR_FORMAT,
					   "kallsyms claims %u symbols",
					   in->count);
	error = load_tokens(in, tokens);
	if (!error)
		error = add_symbols(in, tokens, base, limit, &builder);
	if (error) {
		fathom_table_discard(&builder);
		return error;
	}
	return fathom_table_finish(&builder, ret);
}
