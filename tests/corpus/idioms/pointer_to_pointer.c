/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A chain followed by pointers to its pointers. */
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	struct link **where = &link_chain, *local;
	int steps = 0, right = 0;

	while (*where) {
		right += (*where)->previous == where;
		if ((*where)->payload < -300)
			break;
		where = &(*where)->next;
		steps++;
	}
	printf("%d %d %ld\n", steps, right, (*where)->payload);
	local = *where;
	where = &local;
	for (steps = 0; *where; where = &(*where)->next)
		steps++;
	printf("%d\n", steps);
	return 0;
}
