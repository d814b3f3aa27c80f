/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A count that is not true. */
#include "canary.h"

int main(void)
{
	unsigned long sum = 0;
	unsigned int i;

	for (i = 0; i < trap_journal->count; i++)
		sum += trap_journal->entries[i].when; /* fault */
	printf("%lu\n", sum);
	return 0;
}
