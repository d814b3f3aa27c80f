/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* They nest, and a fault in a handler goes to the outer one. */
#include "canary.h"

int main(void)
{
	int i;

	for (i = 0; i < 3; i++) {
		fathom_try
		{
			fathom_try
			{
				printf("%u\n", trap.array[i]->id);
			}
			fathom_catch(inner)
			{
				printf("inner %llx\n", inner->address);
				printf("%s\n", trap.text);
			}
			printf("not here\n");
		}
		fathom_catch(outer)
		{
			printf("outer %llx\n", outer->address);
		}
	}
	return 0;
}
