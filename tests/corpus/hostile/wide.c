/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* 128 bits at a planted address. */
#include "canary.h"

int main(void)
{
	const unsigned __int128 *big = trap.nested.pointer;

	printf("%lx\n", (unsigned long)(*big >> 32)); /* fault */
	return 0;
}
