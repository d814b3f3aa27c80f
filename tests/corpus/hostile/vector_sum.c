/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A vectorisable loop over planted memory. */
#include "canary.h"

int main(void)
{
	const unsigned int *numbers = trap.nested.pointer;
	unsigned int sum = 0, i;

	for (i = 0; i < 512; i++)
		sum += numbers[i]; /* fault */
	printf("%u\n", sum);
	return 0;
}
