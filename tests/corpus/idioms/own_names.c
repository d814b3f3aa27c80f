/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A name that the program defines is its own, even if the kernel has it. */
#include <fathom/ids.h>
#include "objects.h"

/* What objects.h says lies in the kernel, but here is ours. */
int magic_number = 4;

static noinline int *address(void)
{
	return &magic_number;
}

int main(void)
{
	magic_number++;
	*address() += 10;
	printf("%d %d\n", magic_number, number_grid[0][magic_number % 7]);
	return 0;
}
