/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * Bitmaps and masks of CPUs: what the inlines of <linux/find.h> and
 * <linux/bitmap.h> call for sizes that are not constant.
 */
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "kernel_stand_in.h"

#define WORD_BITS 64ul

/* Bitmaps of the kernel are small; one of 2^32 bits would be a mistake. */
#define MOST_BITS (1ul << 32)

static const unsigned long *words(const unsigned long *map, unsigned long bits)
{
	if (bits > MOST_BITS)
		__fathom_loop_exceeded(NULL);
	return fathom_access(map, (bits + WORD_BITS - 1) / WORD_BITS * 8, NULL);
}

/* Hostile addresses need not be aligned. */
static unsigned long word_at(const unsigned long *map, unsigned long index)
{
	unsigned long word;

	memcpy(&word, (const char *)map + index * sizeof(word), sizeof(word));
	return word;
}

/* Combines one word of each map. */
typedef unsigned long combine_fn(unsigned long a, unsigned long b);

static unsigned long only(unsigned long a, unsigned long b)
{
	(void)b;
	return a;
}

static unsigned long none_of(unsigned long a, unsigned long b)
{
	(void)b;
	return ~a;
}

static unsigned long both(unsigned long a, unsigned long b)
{
	return a & b;
}

static unsigned long but_not(unsigned long a, unsigned long b)
{
	return a & ~b;
}

static unsigned long either(unsigned long a, unsigned long b)
{
	return a | b;
}

static unsigned long differ(unsigned long a, unsigned long b)
{
	return a ^ b;
}

/* The first bit set, from @start on, in the combination; @bits if none. */
static unsigned long find(const unsigned long *a, const unsigned long *b,
			  unsigned long bits, unsigned long start,
			  combine_fn *combine)
{
	if (start >= bits)
		return bits;
	a = words(a, bits);
	b = words(b, bits);
	for (unsigned long i = start / WORD_BITS; i * WORD_BITS < bits; i++) {
		unsigned long word = combine(word_at(a, i), word_at(b, i));
		unsigned long found;

		if (i == start / WORD_BITS)
			word &= ~0ul << start % WORD_BITS;
		if (!word)
			continue;
		found = i * WORD_BITS + __builtin_ctzl(word);
		return found < bits ? found : bits;
	}
	return bits;
}

static unsigned int weight(const unsigned long *a, const unsigned long *b,
			   unsigned int bits, combine_fn *combine)
{
	unsigned int ret = 0;

	if (!bits)
		return 0;
	a = words(a, bits);
	b = words(b, bits);
	for (unsigned long i = 0; i * WORD_BITS < bits; i++) {
		unsigned long word = combine(word_at(a, i), word_at(b, i));

		if (bits - i * WORD_BITS < WORD_BITS)
			word &= ~(~0ul << bits % WORD_BITS);
		ret += __builtin_popcountl(word);
	}
	return ret;
}

unsigned long _find_first_bit(const unsigned long *map, unsigned long bits);
FATHOM_STAND_IN(_find_first_bit);
unsigned long _find_first_bit(const unsigned long *map, unsigned long bits)
{
	return find(map, map, bits, 0, only);
}

unsigned long _find_next_bit(const unsigned long *map, unsigned long bits,
			     unsigned long start);
FATHOM_STAND_IN(_find_next_bit);
unsigned long _find_next_bit(const unsigned long *map, unsigned long bits,
			     unsigned long start)
{
	return find(map, map, bits, start, only);
}

unsigned long _find_first_zero_bit(const unsigned long *map,
				   unsigned long bits);
FATHOM_STAND_IN(_find_first_zero_bit);
unsigned long _find_first_zero_bit(const unsigned long *map, unsigned long bits)
{
	return find(map, map, bits, 0, none_of);
}

unsigned long _find_next_zero_bit(const unsigned long *map, unsigned long bits,
				  unsigned long start);
FATHOM_STAND_IN(_find_next_zero_bit);
unsigned long _find_next_zero_bit(const unsigned long *map, unsigned long bits,
				  unsigned long start)
{
	return find(map, map, bits, start, none_of);
}

unsigned long _find_first_and_bit(const unsigned long *a,
				  const unsigned long *b, unsigned long bits);
FATHOM_STAND_IN(_find_first_and_bit);
unsigned long _find_first_and_bit(const unsigned long *a,
				  const unsigned long *b, unsigned long bits)
{
	return find(a, b, bits, 0, both);
}

unsigned long _find_next_and_bit(const unsigned long *a, const unsigned long *b,
				 unsigned long bits, unsigned long start);
FATHOM_STAND_IN(_find_next_and_bit);
unsigned long _find_next_and_bit(const unsigned long *a, const unsigned long *b,
				 unsigned long bits, unsigned long start)
{
	return find(a, b, bits, start, both);
}

unsigned long _find_next_andnot_bit(const unsigned long *a,
				    const unsigned long *b, unsigned long bits,
				    unsigned long start);
FATHOM_STAND_IN(_find_next_andnot_bit);
unsigned long _find_next_andnot_bit(const unsigned long *a,
				    const unsigned long *b, unsigned long bits,
				    unsigned long start)
{
	return find(a, b, bits, start, but_not);
}

unsigned long _find_next_or_bit(const unsigned long *a, const unsigned long *b,
				unsigned long bits, unsigned long start);
FATHOM_STAND_IN(_find_next_or_bit);
unsigned long _find_next_or_bit(const unsigned long *a, const unsigned long *b,
				unsigned long bits, unsigned long start)
{
	return find(a, b, bits, start, either);
}

unsigned long _find_last_bit(const unsigned long *map, unsigned long bits);
FATHOM_STAND_IN(_find_last_bit);
unsigned long _find_last_bit(const unsigned long *map, unsigned long bits)
{
	unsigned long last = bits, next;

	for (next = _find_first_bit(map, bits); next < bits;
	     next = _find_next_bit(map, bits, next + 1))
		last = next;
	return last;
}

unsigned int __bitmap_weight(const unsigned long *map, unsigned int bits);
FATHOM_STAND_IN(__bitmap_weight);
unsigned int __bitmap_weight(const unsigned long *map, unsigned int bits)
{
	return weight(map, map, bits, only);
}

unsigned int __bitmap_weight_and(const unsigned long *a, const unsigned long *b,
				 unsigned int bits);
FATHOM_STAND_IN(__bitmap_weight_and);
unsigned int __bitmap_weight_and(const unsigned long *a, const unsigned long *b,
				 unsigned int bits)
{
	return weight(a, b, bits, both);
}

bool __bitmap_equal(const unsigned long *a, const unsigned long *b,
		    unsigned int bits);
FATHOM_STAND_IN(__bitmap_equal);
bool __bitmap_equal(const unsigned long *a, const unsigned long *b,
		    unsigned int bits)
{
	return find(a, b, bits, 0, differ) == bits;
}

bool __bitmap_intersects(const unsigned long *a, const unsigned long *b,
			 unsigned int bits);
FATHOM_STAND_IN(__bitmap_intersects);
bool __bitmap_intersects(const unsigned long *a, const unsigned long *b,
			 unsigned int bits)
{
	return find(a, b, bits, 0, both) != bits;
}

bool __bitmap_subset(const unsigned long *a, const unsigned long *b,
		     unsigned int bits);
FATHOM_STAND_IN(__bitmap_subset);
bool __bitmap_subset(const unsigned long *a, const unsigned long *b,
		     unsigned int bits)
{
	return find(a, b, bits, 0, but_not) == bits;
}
