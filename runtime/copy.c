/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * Copies of structs and blocks out of the target: abi.h, __fathom_copy(). A
 * pointer among the bytes must not become one into this process.
 */
#include "copy.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <fathom/abi.h>

#include "access.h"
#include "local_ranges.h"

#define WORD sizeof(uint64_t)

static void tag_word(uint8_t *word, char shape)
{
	uint64_t value;

	memcpy(&value, word, sizeof(value));
	if (shape == FATHOM_SHAPE_DATA || (int64_t)value <= 0)
		return;
	if (shape != FATHOM_SHAPE_POINTER && !fathom_may_be_local(value))
		return;
	value = FATHOM_TAG(value);
	memcpy(word, &value, sizeof(value));
}

fathom_u64 __fathom_keep(fathom_u64 value)
{
	return (int64_t)value > 0 && fathom_may_be_local(value)
		       ? FATHOM_TAG(value)
		       : value;
}

/* Words of an unknown type that start at @offset and every 8 bytes after. */
static void tag_unknown(uint8_t *bytes, size_t size, size_t offset)
{
	for (; size >= WORD && offset <= size - WORD; offset += WORD)
		tag_word(bytes + offset, FATHOM_SHAPE_MAYBE);
}

void fathom_tag_unknown(void *dst, uintptr_t source, size_t size)
{
	size_t by_source = -source & (WORD - 1);
	size_t by_copy = -(uintptr_t)dst & (WORD - 1);

	/*
	 * A pointer lies where its kind is aligned: in the target's object,
	 * and where the program will load it from the copy.
	 */
	tag_unknown(dst, size, by_source);
	if (by_copy != by_source)
		tag_unknown(dst, size, by_copy);
}

static void tag_shaped(uint8_t *bytes, size_t size, const char *shape)
{
	size_t words = size / WORD;
	size_t i;

	for (i = 0; i < words && shape[i]; i++)
		tag_word(bytes + i * WORD, shape[i]);
	/* More than one of the type, or less known of it than copied. */
	tag_unknown(bytes, size, i * WORD);
}

/*
 * The contrary: what goes back to the target is as the target would have it.
 * NULL @shape: all words are unknown.
 */
static void untag_words(uint8_t *bytes, size_t size, const char *shape)
{
	uint64_t value;
	size_t i;

	for (i = 0; i < size / WORD; i++) {
		char kind = FATHOM_SHAPE_MAYBE;

		memcpy(&value, bytes + i * WORD, sizeof(value));
		if (shape && *shape)
			kind = *shape++;
		if (!FATHOM_IS_TAGGED(value) || kind == FATHOM_SHAPE_DATA ||
		    (kind == FATHOM_SHAPE_MAYBE &&
		     !fathom_may_be_local(FATHOM_UNTAG(value))))
			continue;
		value = FATHOM_UNTAG(value);
		memcpy(bytes + i * WORD, &value, sizeof(value));
	}
}

/* Longer than any struct: not worth a contiguous piece of the view. */
#define LONG_COPY (64 * 1024)

/*
 * All of the source is looked at before the destination is touched, so that
 * a fault leaves it as it was.
 */
static void check_all(const uint8_t *src, size_t size,
		      const struct fathom_site *site)
{
	size_t run;

	for (; size; src += run, size -= run)
		fathom_access_run(src, size, &run, site);
}

static void copy_bytes(uint8_t *dst, bool is_own, const uint8_t *src,
		       size_t size, const struct fathom_site *site)
{
	size_t run;

	/* Within the target's memory the two may overlap. */
	if (size <= LONG_COPY || !is_own) {
		memmove(dst, fathom_access(src, size, site), size);
		return;
	}
	check_all(src, size, site);
	for (; size; dst += run, src += run, size -= run) {
		const void *from = fathom_access_run(src, size, &run, site);

		memcpy(dst, from, run);
	}
}

void __fathom_copy(void *dst, const void *src, fathom_u64 size,
		   const char *shape, const struct fathom_site *site)
{
	void *room;

	if (!size)
		return;
	room = fathom_writable(dst, size, site);
	if (fathom_is_local(src)) {
		memmove(room, src, size);
		if (!fathom_is_local(dst))
			untag_words(room, size, shape);
		return;
	}
	copy_bytes(room, fathom_is_local(dst), src, size, site);
	/* Pointers in the target's memory are tagged when they are loaded. */
	if (!fathom_is_local(dst))
		return;
	if (shape)
		tag_shaped(dst, size, shape);
	else
		fathom_tag_unknown(dst, (uintptr_t)src, size);
}
