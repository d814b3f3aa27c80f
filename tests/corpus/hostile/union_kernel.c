/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A pointer that is a number in a union of the target. */
#include "canary.h"

int main(void)
{
	printf("%u\n", trap.either.widget->id + /* fault */
			       (unsigned int)trap.either.integer);
	return 0;
}
