/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The pointer comes along with a copied structure. */
#include "canary.h"

int main(void)
{
	struct trap copy = trap;

	printf("%u\n", copy.widget->id); /* fault */
	return 0;
}
