/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A planted pointer is printed as the target has it. */
#include "canary.h"

int main(void)
{
	struct trap copy = trap;

	printf("%p\n", (void *)trap.widget);
	printf("%lx\n", (unsigned long)trap.widget);
	printf("%lx\n", trap.number);
	printf("%p\n", (void *)copy.array[1]);
	printf("%d %d\n", trap.widget == trap_widget,
	       (unsigned long)trap.text == trap.number);
	printf("%d\n", trap.widget != NULL && null_widget == NULL);
	return 0;
}
