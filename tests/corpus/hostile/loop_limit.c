/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A list longer than the limit. */
/* environment: FATHOM_LOOP_LIMIT=1000 */
#include "canary.h"

int main(void)
{
	const struct link *link;
	unsigned long count = 0;

	for (link = trap_long_chain; link; link = link->next) /* fault */
		count++;
	printf("%lu\n", count);
	return 0;
}
