/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* libc calls back with pointers to where kernel pointers are kept. */
#include <fathom/ids.h>
#include "objects.h"

static int by_weight(const void *left, const void *right)
{
	const struct widget *a = *(struct widget *const *)left;
	const struct widget *b = *(struct widget *const *)right;

	return a->weight < b->weight ? -1 : a->weight > b->weight;
}

static int by_name_backwards(const void *left, const void *right)
{
	return strcmp((*(struct widget *const *)right)->name,
		      (*(struct widget *const *)left)->name);
}

static int by_depth(const void *left, const void *right)
{
	const struct widget *a = left, *b = right;

	return a->place.depth - b->place.depth;
}

int main(void)
{
	struct widget *sorted[WIDGETS], copies[5];
	int i;

	for (i = 0; i < WIDGETS; i++)
		sorted[i] = widget_index[i];
	qsort(sorted, WIDGETS, sizeof(*sorted), by_weight);
	for (i = 0; i < WIDGETS; i++)
		printf("%lu ", sorted[i]->weight);
	printf("\n");
	qsort(sorted, WIDGETS, sizeof(*sorted), by_name_backwards);
	for (i = 0; i < WIDGETS; i++)
		printf("%s\n", sorted[i]->name);
	for (i = 0; i < 5; i++)
		copies[i] = widgets[i];
	qsort(copies, 5, sizeof(*copies), by_depth);
	for (i = 0; i < 5; i++)
		printf("%u %s\n", copies[i].id, copies[i].ops->name);
	return 0;
}
