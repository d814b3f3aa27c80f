/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A list that never comes back to its head. */
#include "canary.h"

int main(void)
{
	struct widget *w;
	unsigned long sum = 0;

	list_for_each_entry (w, &trap_cycle, node) /* fault */
		sum += w->id;			   /* fault */
	printf("%lu\n", sum);
	return 0;
}
