/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The copied member is a pointer to nothing in particular. */
#include "canary.h"

int main(void)
{
	struct trap copy = *trap_pointer;
	const unsigned int *number = copy.nested.pointer;

	barrier();
	printf("%u\n", *number); /* fault */
	return 0;
}
