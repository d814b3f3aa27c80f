/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* An object that wraps around the end of the address space. */
#include "canary.h"

int main(void)
{
	printf("%lx\n", (unsigned long)trap_top->node.next); /* fault */
	return 0;
}
