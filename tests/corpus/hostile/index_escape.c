/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A kernel array plus an index that leads into the lower half, kept before it
 * is used. */
#include "canary.h"

int main(void)
{
	const char **kept = malloc(sizeof(*kept));

	*kept = (const char *)byte_table +
		(trap.number - (unsigned long)byte_table);
	barrier();
	printf("%.10s\n", *kept); /* fault */
	return 0;
}
