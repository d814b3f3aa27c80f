/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A number of the target is copied through memory, as if it were a pointer. */
#include "canary.h"

static noinline void copy(void *to, const void *from)
{
	*(void **)to = *(void *const *)from;
}

int main(void)
{
	unsigned long number = trap.number;
	struct widget *w;

	copy(&w, &number);
	printf("%u\n", w->id); /* fault */
	return 0;
}
