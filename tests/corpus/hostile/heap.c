/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The pointer is kept on the heap. */
#include "canary.h"

int main(void)
{
	struct widget **kept = malloc(4 * sizeof(*kept));
	int i;

	for (i = 0; i < 4; i++)
		kept[i] = trap.array[i];
	barrier();
	printf("%u\n", kept[2]->id); /* fault */
	return 0;
}
