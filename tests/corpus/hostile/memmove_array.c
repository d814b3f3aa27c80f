/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* An array of pointers is copied by memmove(). */
#include "canary.h"

int main(void)
{
	struct widget **all = calloc(4, sizeof(*all));

	memmove(all, trap.array, 4 * sizeof(*all));
	barrier();
	printf("%u\n", all[0]->id); /* fault */
	return 0;
}
