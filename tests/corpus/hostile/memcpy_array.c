/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* An array of pointers is copied by memcpy() of unknown size. */
#include "canary.h"

int main(void)
{
	struct widget *all[4];
	volatile unsigned long size = sizeof(all);

	memcpy(all, trap.array, size);
	printf("%u\n", all[3]->id); /* fault */
	return 0;
}
