/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A list that never ends is left. */
#include "canary.h"

int main(void)
{
	struct list_head *position;
	volatile unsigned int seen = 0;

	fathom_try
	{
		list_for_each (position, &trap_cycle)
			seen++;
	}
	fathom_catch(fault)
	{
		printf("%d\n", fault->reason == FATHOM_FAULT_LOOP);
	}
	printf("%d\n", seen > 1000);
	return 0;
}
