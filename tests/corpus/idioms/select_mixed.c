/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A condition chooses between a local and a kernel object. */
#include <fathom/ids.h>
#include "objects.h"

static noinline const struct widget *choose(const struct widget *a,
					    const struct widget *b, int first)
{
	return first ? a : b;
}

int main(void)
{
	struct widget mine = {.id = 500, .weight = 5, .name = "mine"};
	const int numbers[4] = {1, 2, 3, 4};
	int i, sum = 0;

	for (i = 0; i < 8; i++) {
		const struct widget *w = choose(&mine, &widgets[i], i & 1);
		const int *array = i & 2 ? numbers : number_grid[i % 6];
		const struct widget *v = w->id > 6 ? w : &mine;

		sum += array[i & 3];
		printf("%u %lu %s %lu\n", w->id, w->weight, v->name,
		       (i & 4 ? &mine : &widgets[i])->weight);
	}
	printf("%d\n", sum);
	return 0;
}
