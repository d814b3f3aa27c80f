/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Inline assembly with an operand in kernel memory. */
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	int value;

	asm volatile("movl %1, %0"
		     : "=r"(value)
		     : "m"(magic_number)); /* error: inline assembly */
	printf("%d\n", value);
	return 0;
}
