/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * A number that lies in a union with a pointer is data, though there is memory
 * of the program at such an address.
 */
#include "canary.h"

int main(void)
{
	unsigned long number = trap.either.integer;

	printf("%lx %lx\n", trap.either.integer, number + 0x10);
	printf("%d\n", trap.either.integer == SYNTHETIC_CANARY);
	fathom_try
	{
		printf("%u\n", ((struct widget *)number)->id);
	}
	fathom_catch(fault)
	{
		printf("%s\n", "is no pointer");
	}
	return 0;
}
