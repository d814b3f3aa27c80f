/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * Where in the target's RAM the clock's sequence counter is, which is the first
 * member of a structure that only kernel/time/timekeeping.c knows.
 */
#include <fathom/ids.h>

#include <asm/page.h>

int main(void)
{
	unsigned long counter = fathom_symbol_value("tk_core");

	if (!counter)
		return 1;
	printf("%lu\n", counter - __START_KERNEL_map + phys_base);
	return 0;
}
