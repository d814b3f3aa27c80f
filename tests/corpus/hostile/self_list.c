/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A list entry that points to itself. */
#include "canary.h"

int main(void)
{
	struct list_head *position;
	unsigned long count = 0;

	list_for_each (position, &trap_self) /* fault */
		count++;
	printf("%lu\n", count);
	return 0;
}
