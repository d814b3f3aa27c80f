/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The same in a function that takes any pointer. */
#include "canary.h"

static noinline unsigned int at(const unsigned int *base, unsigned long index)
{
	return base[index]; /* fault */
}

int main(void)
{
	unsigned int mine[4] = {1, 2, 3, 4};

	printf("%u\n", at(mine, 2));
	printf("%u\n", at(trap.base, trap.index));
	return 0;
}
