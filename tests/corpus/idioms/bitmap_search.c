/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* for_each_set_bit() over a kernel bitmap. */
#include <linux/bitmap.h>
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	unsigned long bit;

	for_each_set_bit(bit, bit_table, 320) printf("%lu ", bit);
	printf("\n%lu %lu\n", find_first_bit(bit_table, 320),
	       find_next_zero_bit(bit_table, 320, 0));
	printf("%u\n", bitmap_weight(bit_table, 320));
	return 0;
}
