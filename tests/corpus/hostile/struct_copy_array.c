/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The pointer is in an array in a copied structure. */
#include "canary.h"

int main(void)
{
	struct trap copies[2];
	volatile int i = 1;

	copies[i] = trap;
	printf("%u\n", copies[i].array[3]->id); /* fault */
	return 0;
}
