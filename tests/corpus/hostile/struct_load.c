/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A structure copied from a planted address. */
#include "canary.h"

int main(void)
{
	struct widget copy = *trap.widget; /* fault */

	puts(copy.name);
	return 0;
}
