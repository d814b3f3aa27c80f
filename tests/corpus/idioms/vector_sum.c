/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Loops that the vectoriser likes. */
#include <fathom/ids.h>
#include "objects.h"

static noinline unsigned int sum(const unsigned int *numbers,
				 unsigned int count)
{
	unsigned int result = 0, i;

	for (i = 0; i < count; i++)
		result += numbers[i];
	return result;
}

static noinline int dot(const unsigned short *a, const unsigned char *b)
{
	int result = 0, i;

	for (i = 0; i < 256; i++)
		result += a[i] * b[i];
	return result;
}

int main(void)
{
	unsigned int local[100], best = 0, i;
	unsigned char bytes = 0;
	int positive = 0;
	long wide = 0;

	printf("%u %u\n", sum(number_table, 1000), sum(number_table + 3, 777));
	for (i = 0; i < 100; i++)
		local[i] = number_table[i * 2] ^ number_table[999 - i];
	printf("%u %d\n", sum(local, 100), dot(short_table, byte_table));
	for (i = 0; i < 1000; i++)
		best = number_table[i] > best ? number_table[i] : best;
	for (i = 0; i < 300; i++)
		bytes ^= byte_table[i];
	for (i = 0; i < 42; i++)
		positive += (&number_grid[0][0])[i] > 0;
	for (i = 0; i < 64; i++)
		wide += (long)long_table[i] >> 3;
	printf("%u %u %d %ld %u\n", best, bytes, positive, wide,
	       sum(number_table, no_numbers));
	return 0;
}
