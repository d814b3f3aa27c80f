/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The pointer is reached through a pointer to it. */
#include "canary.h"

int main(void)
{
	struct widget **where = &trap.array[2];

	barrier();
	printf("%u\n", (*where)->id); /* fault */
	return 0;
}
