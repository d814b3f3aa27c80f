/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Arrays of arrays, indices that vary, go down, or are negative. */
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	const int(*row)[7] = number_grid;
	const int *middle = &number_grid[3][3];
	const struct point *p;
	int i, j, sum = 0;

	for (i = 0; i < 6; i++) {
		for (j = 6; j >= 0; j--)
			sum += number_grid[i][j] * (j + 1);
		printf("%d ", sum);
	}
	printf("%d %d %d\n", middle[-1], middle[1], *(middle - 7));
	printf("%d\n", row[5][6] + (*row)[1]);
	for (p = point_table; p < point_table + ARRAY_SIZE(point_table); p++)
		printf("%d,%d ", p->x, p->y);
	printf("%ld\n", p - point_table);
	return 0;
}
