/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* options: --private-writes */
/* A planted pointer as the memory operand of assembly. */
#include "canary.h"

static noinline int look(const int *where)
{
	int value;

	asm volatile("movl %1, %0" : "=r"(value) : "m"(*where)); /* fault */
	return value;
}

int main(void)
{
	int mine = 5;

	printf("%d\n", look(&mine));
	printf("%.4s\n", (char *)&(int){look((int *)trap.text)}); /* fault */
	return 0;
}
