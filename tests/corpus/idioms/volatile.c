/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Volatile objects are read each time they are named. */
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	volatile int local = 3;
	volatile const struct point *p = &point_table[4];
	int sum = volatile_number + volatile_number;

	local += volatile_number;
	while (local < 0)
		local -= volatile_number;
	printf("%d %d %d\n", sum, local, p->x * p->y);
	return 0;
}
