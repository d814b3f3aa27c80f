/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A chain over several large pages of the direct map. */
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	const struct link *link;
	unsigned int count = 0;

	for (link = trap_long_chain; link; link = link->next)
		count++;
	printf("%u\n", count);
	return 0;
}
