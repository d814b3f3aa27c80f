/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* What a fault has interrupted is taken back, however it was written. */
#include <fathom/ids.h>
#include <linux/atomic.h>
#include <linux/string.h>
#include "objects.h"

static unsigned int copy[16];

static noinline void write_in_all_ways(unsigned int *table)
{
	atomic_t *counter = (atomic_t *)&table[1];

	table[0] = 1000;
	atomic_inc(counter);
	cmpxchg(&table[2], table[2], 2000);
	asm volatile("lock; addl $1, %0" : "+m"(table[3]));
	memset(&table[4], 0xff, 4 * sizeof(*table));
	memcpy(&table[8], table, 4 * sizeof(*table));
	for (int i = 12; i < 16; i++)
		table[i] *= 3;
}

static noinline int differing(const unsigned int *table)
{
	int count = 0;

	for (int i = 0; i < 16; i++)
		count += table[i] != copy[i];
	return count;
}

int main(void)
{
	unsigned int *table = number_table;
	int *nowhere = (int *)&number_table[-(1L << 28)];

	memcpy(copy, table, sizeof(copy));
	/* The first word stays: it was written before the mark. */
	table[0] = copy[0] = 99;
	fathom_mark_writes();
	fathom_try
	{
		write_in_all_ways(table);
		printf("%d differ\n", differing(table));
		printf("%d\n", *nowhere);
	}
	fathom_catch(f)
	{
		printf("%s\n", f->message);
	}
	fathom_discard_writes();
	printf("%d differ\n", differing(table));
	return 0;
}
