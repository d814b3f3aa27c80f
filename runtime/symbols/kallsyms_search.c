/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Recognising kallsyms tables by their structure.
 */
#include "bytes.h"
#include "kallsyms_search.h"
#include "paging.h"

/* A kernel with fewer symbols is none. */
#define MIN_SYMBOLS 256u
/* kallsyms_markers has the place of every 256th name. */
#define MARKER_STEP 256u
/* Bounds the work on data made to look like names again and again. */
#define MAX_STEPS (256ull << 20)

struct piece {
	const uint8_t *data;
	size_t size;
};

static size_t align_up(size_t value, size_t alignment)
{
	return (value + alignment - 1) & ~(alignment - 1);
}

/* Where the string that starts at @p start ends, past its NUL; 0: nowhere. */
static size_t skip_string(const struct piece *in, size_t start)
{
	size_t left = in->size - start;
	size_t length = strnlen((const char *)in->data + start, left);

	return length < left ? start + length + 1 : 0;
}

/* Does every entry of the index point at the string of its number? */
static bool index_fits(const struct piece *in, size_t table, size_t index)
{
	size_t at = table;

	for (unsigned int i = 0; i < FATHOM_KALLSYMS_TOKENS; i++) {
		if (!at || at >= index ||
		    fathom_le16(in->data + index + 2 * i) != at - table)
			return false;
		at = skip_string(in, at);
	}
	return at && at <= index;
}

/* The index follows the last string, at the next 4- or 8-byte boundary. */
static bool find_tokens(const struct piece *in, size_t digits, size_t *table,
			size_t *index)
{
	size_t end = digits, start;

	for (unsigned int i = '0'; i < FATHOM_KALLSYMS_TOKENS; i++) {
		end = skip_string(in, end);
		if (!end || end >= in->size)
			return false;
	}
	for (*index = end; *index < end + 8; (*index)++) {
		if (in->size - *index < 2 * FATHOM_KALLSYMS_TOKENS)
			return false;
		start = fathom_le16(in->data + *index + 2 * '0');
		if (start > digits)
			continue;
		*table = digits - start;
		if (index_fits(in, *table, *index))
			return true;
	}
	return false;
}

/* Do @p count names at @p names end before @p end, and markers follow? */
static bool names_fit(const struct piece *in, size_t names, size_t end,
		      uint32_t count, uint64_t *steps)
{
	size_t used = 0, markers, length;
	uint32_t chunk;

	/* Fewer than 1 + 1 bytes a name are not possible. */
	if (count > (end - names) / 2)
		return false;
	length = fathom_kallsyms_names_length(in->data + names, end - names,
					      count);
	*steps += count;
	if (!length)
		return false;
	markers = align_up(names + length, 8);
	if (markers > end ||
	    (end - markers) / 4 < (count + MARKER_STEP - 1) / MARKER_STEP)
		return false;
	for (uint32_t i = 0; i < count; i += MARKER_STEP) {
		if (fathom_le32(in->data + markers + i / MARKER_STEP * 4) !=
		    used)
			return false;
		chunk = count - i < MARKER_STEP ? count - i : MARKER_STEP;
		used += fathom_kallsyms_names_length(in->data + names + used,
						     length - used, chunk);
	}
	return true;
}

/* The number of symbols lies right before the names, in 8 bytes. */
static bool find_names(const struct piece *in, size_t token_table,
		       size_t *num_syms)
{
	size_t at = token_table & ~(size_t)7;
	uint64_t steps = 0;
	uint64_t count;

	while (at >= 8 && steps < MAX_STEPS) {
		at -= 8;
		count = fathom_le64(in->data + at);
		if (count < MIN_SYMBOLS || count > FATHOM_TABLE_MAX_SYMBOLS)
			continue;
		if (names_fit(in, at + 8, token_table, count, &steps)) {
			*num_syms = at;
			return true;
		}
	}
	return false;
}

static bool is_relative_base(const struct piece *in, size_t at, uint64_t base)
{
	uint64_t value;

	if (at > in->size || in->size - at < 8)
		return false;
	value = fathom_le64(in->data + at);
	if (base)
		return value == base;
	return value >= FATHOM_TEXT_START && value < FATHOM_TEXT_END &&
	       !(value % FATHOM_LARGE_PAGE);
}

/* Up to 6.3: offsets, relative_base, num_syms, names ... */
static bool offsets_before(const struct piece *in, size_t num_syms,
			   uint64_t base, struct fathom_kallsyms *ret)
{
	size_t space = align_up(4ull * ret->count, 8);

	if (num_syms < 8 + space || !is_relative_base(in, num_syms - 8, base))
		return false;
	ret->relative_base = fathom_le64(in->data + num_syms - 8);
	ret->offsets = in->data + num_syms - 8 - space;
	return true;
}

/* Since 6.4: ... token_index, offsets, relative_base. */
static bool offsets_after(const struct piece *in, size_t index, uint64_t base,
			  struct fathom_kallsyms *ret)
{
	size_t offsets = align_up(index + 2 * FATHOM_KALLSYMS_TOKENS, 8);
	size_t at = align_up(offsets + 4ull * ret->count, 8);

	if (!is_relative_base(in, at, base))
		return false;
	ret->relative_base = fathom_le64(in->data + at);
	ret->offsets = in->data + offsets;
	return true;
}

/* Newest: the same place, no relative_base; the first symbol is _text. */
static bool offsets_relative(const struct piece *in, size_t index,
			     uint64_t address, uint64_t base,
			     struct fathom_kallsyms *ret)
{
	size_t offsets = align_up(index + 2 * FATHOM_KALLSYMS_TOKENS, 8);
	uint64_t previous = base, here;

	if (!address || !base || offsets > in->size ||
	    (in->size - offsets) / 4 < ret->count)
		return false;
	for (uint32_t i = 0; i < ret->count; i++) {
		here = address + offsets + 4ull * i +
		       (int32_t)fathom_le32(in->data + offsets + 4ull * i);
		if (here < previous || (!i && here != base))
			return false;
		previous = here;
	}
	ret->place_relative = true;
	ret->offsets_address = address + offsets;
	ret->offsets = in->data + offsets;
	return true;
}

struct fathom_error *fathom_kallsyms_search(const uint8_t *data, size_t size,
					    size_t digits, uint64_t address,
					    uint64_t base,
					    struct fathom_kallsyms *ret,
					    size_t *num_syms)
{
	struct piece in = {data, size};
	size_t table, index;

	*ret = (struct fathom_kallsyms){};
	if (digits >= size || !find_tokens(&in, digits, &table, &index))
		return fathom_error_create(FATHOM_ERROR_FORMAT,
					   "no kallsyms token table");
	if (!find_names(&in, table, num_syms))
		return fathom_error_create(
			FATHOM_ERROR_FORMAT,
			"no kallsyms names before the token table");
	ret->count = fathom_le32(data + *num_syms);
	ret->names = data + *num_syms + 8;
	ret->names_size = table - (*num_syms + 8);
	ret->token_table = data + table;
	ret->token_table_size = index - table;
	ret->token_index = data + index;
	if (!offsets_after(&in, index, base, ret) &&
	    !offsets_before(&in, *num_syms, base, ret) &&
	    !offsets_relative(&in, index, address, base, ret))
		return fathom_error_create(
			FATHOM_ERROR_FORMAT,
			"no kallsyms offsets beside the token table");
	return NULL;
}
