/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Arrays of variable length, filled from the target. */
#include <fathom/ids.h>
#include "objects.h"

static noinline unsigned long sum(const struct journal *journal)
{
	struct entry entries[journal->count];
	unsigned long result = 0;
	unsigned int i;

	memcpy(entries, journal->entries, sizeof(entries));
	for (i = 0; i < journal->count; i++)
		result = result * 7 + entries[i].when + entries[i].what +
			 entries[i].tag[0];
	return result;
}

int main(void)
{
	printf("%lx\n", sum(widget_journal));
	return 0;
}
