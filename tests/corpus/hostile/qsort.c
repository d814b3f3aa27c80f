/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* libc sorts the planted pointers. */
#include "canary.h"

static int by_id(const void *left, const void *right)
{
	const struct widget *a = *(struct widget *const *)left;
	const struct widget *b = *(struct widget *const *)right;

	return (int)a->id - (int)b->id; /* fault */
}

int main(void)
{
	const struct widget *all[4];
	int i;

	for (i = 0; i < 4; i++)
		all[i] = trap.array[i];
	qsort(all, 4, sizeof(*all), by_id);
	printf("%u\n", all[0]->id);
	return 0;
}
