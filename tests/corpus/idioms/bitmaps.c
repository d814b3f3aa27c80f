/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Bits of the kernel's bitmaps. */
#include <linux/bitops.h>
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	unsigned int i, weight = 0;

	for (i = 0; i < 320; i++)
		if (test_bit(i, bit_table))
			printf("%u ", i);
	for (i = 0; i < ARRAY_SIZE(bit_table); i++)
		weight += hweight64(bit_table[i]);
	printf("\n%u %lu %lu\n", weight, __ffs(bit_table[1]),
	       __fls(bit_table[4]));
	return 0;
}
