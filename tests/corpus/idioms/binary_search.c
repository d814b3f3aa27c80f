/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Binary search in a kernel array. */
#include <fathom/ids.h>
#include "objects.h"

static int find(unsigned short wanted)
{
	int low = 0, high = ARRAY_SIZE(short_table) - 2;

	while (low <= high) {
		int middle = (low + high) / 2;

		if (short_table[middle] == wanted)
			return middle;
		if (short_table[middle] < wanted)
			low = middle + 1;
		else
			high = middle - 1;
	}
	return -1;
}

int main(void)
{
	printf("%d %d %d %d\n", find(257 * 200), find(257), find(0), find(258));
	return 0;
}
