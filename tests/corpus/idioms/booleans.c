/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* _Bool, char and short members, converted and promoted. */
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	unsigned int i, on = 0;
	long sum = 0;

	for (i = 0; i < WIDGETS; i++) {
		on += widgets[i].enabled;
		if (!widgets[i].enabled)
			sum += widgets[i].place.depth * widgets[i].place.x;
		sum -= widgets[i].name[7] - '0';
		sum ^= widgets[i].place.y;
	}
	printf("%u %ld\n", on, sum);
	return 0;
}
