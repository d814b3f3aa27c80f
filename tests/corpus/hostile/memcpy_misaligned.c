/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The pointer lies at an odd place in the target and at an even one here. */
#include "canary.h"

int main(void)
{
	struct widget *w;

	memcpy(&w, trap.bytes + 3, sizeof(w));
	printf("%u\n", w->id); /* fault */
	return 0;
}
