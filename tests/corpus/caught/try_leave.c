/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* return, break and goto leave the block properly. */
#include "canary.h"

static int first_bad(void)
{
	int i;

	for (i = 0; i < 3; i++) {
		fathom_try
		{
			if (widgets[i].id == 1)
				return 10;
		}
		fathom_catch(fault)
		{
			return -(int)fault->line;
		}
	}
	return 0;
}

int main(void)
{
	printf("%d\n", first_bad());
	fathom_try
	{
		goto out;
	}
	fathom_catch(fault)
	{
		printf("%llx\n", fault->address);
	}
out:
	fathom_try
	{
		puts(trap.text);
	}
	fathom_catch(fault)
	{
		printf("caught %llx\n", fault->address);
	}
	return 0;
}
