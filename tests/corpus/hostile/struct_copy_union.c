/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The pointer is in a union in a copied structure. */
#include "canary.h"

static noinline void take(struct trap *to)
{
	*to = *trap_pointer;
}

int main(void)
{
	struct trap copy;

	take(&copy);
	printf("%u\n", copy.either.widget->id); /* fault */
	return 0;
}
