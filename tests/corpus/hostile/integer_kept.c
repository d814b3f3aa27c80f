/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A number of the target is kept, and becomes a pointer later. */
#include "canary.h"

unsigned long kept;

static noinline void show(void)
{
	printf("%u\n", *(unsigned int *)kept); /* fault */
}

int main(void)
{
	kept = trap.number + 16;
	barrier();
	show();
	return 0;
}
