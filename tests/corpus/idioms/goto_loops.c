/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Loops made of goto. */
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	const struct link *link = link_chain;
	long sum = 0;
	int turns = 0;

again:
	if (!link)
		goto out;
	if (link->payload < 0)
		goto negative;
	sum += link->payload;
	goto next;
negative:
	sum -= link->payload / 2;
	turns++;
next:
	link = link->next;
	goto again;
out:
	printf("%ld %d\n", sum, turns);
	return 0;
}
