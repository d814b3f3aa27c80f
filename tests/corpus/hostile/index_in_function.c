/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A function that takes any array returns the place at a hostile index. */
#include "canary.h"

static noinline const char *at(const char *array, unsigned long index)
{
	return &array[index];
}

int main(void)
{
	const char *text = "mine";

	printf("%s\n", at(text, 1));
	printf("%.10s\n", /* fault */
	       at((const char *)byte_table,
		  trap.number - (unsigned long)byte_table));
	return 0;
}
