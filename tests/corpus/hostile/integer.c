/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A number of the target becomes a pointer. */
#include "canary.h"

int main(void)
{
	printf("%u\n", ((struct widget *)trap.number)->id); /* fault */
	return 0;
}
