/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A weak declaration asks whether the kernel has a symbol. */
#include <fathom/ids.h>
#include "objects.h"

extern int no_such_variable __attribute__((weak));
extern struct point point_table[8] __attribute__((weak));

int main(void)
{
	printf("%d\n", &no_such_variable == NULL);
	if (&no_such_variable)
		printf("%d\n", no_such_variable);
	printf("%d\n", point_table ? point_table[7].x : -1);
	return 0;
}
