/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A number of the target in memory is reloaded as a pointer. */
#include "canary.h"

static noinline void keep(void *to, const void *from)
{
	*(void **)to = *(void *const *)from;
}

int main(void)
{
	unsigned long number = trap.number;
	struct widget *w;

	keep(&w, &number);
	printf("%u\n", w->id); /* fault */
	return 0;
}
