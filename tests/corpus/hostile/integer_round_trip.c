/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The planted pointer is a number for a while. */
#include "canary.h"

int main(void)
{
	unsigned long number = (unsigned long)trap_widget & ~7ul;

	barrier();
	printf("%u\n", ((struct widget *)number)->id); /* fault */
	return 0;
}
