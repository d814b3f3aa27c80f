/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A pointer put together from bytes of the target. */
#include "canary.h"

int main(void)
{
	struct widget *w;
	unsigned int i;

	for (i = 0; i < sizeof(w); i++)
		((unsigned char *)&w)[i] = trap.bytes[i + 3];
	barrier();
	printf("%u\n", w->id); /* fault */
	return 0;
}
