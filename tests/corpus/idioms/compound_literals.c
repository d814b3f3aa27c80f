/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Initialisers and compound literals filled from the target. */
#include <fathom/ids.h>
#include "objects.h"

static noinline long measure(const struct small *small)
{
	return small->first * 10 + small->second;
}

int main(void)
{
	struct point points[] = {point_table[2],
				 {.x = widgets[1].place.x},
				 [3] = {widgets[2].place.y, 1}};
	struct small small = {.second = widgets[8].weight};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(points); i++)
		printf("%d,%d ", points[i].x, points[i].y);
	printf("%ld %ld\n", measure(&small),
	       measure(&(struct small){widgets[3].id, widgets[4].id}));
	return 0;
}
