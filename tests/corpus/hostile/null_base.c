/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* NULL plus an index of the target's choice. */
#include "canary.h"

int main(void)
{
	printf("%u\n", trap.base[trap.index]); /* fault */
	return 0;
}
