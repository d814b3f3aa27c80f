/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Recursion through a planted pointer. */
#include "canary.h"

static int depth(const struct widget *w)
{
	return w ? 1 + depth(w->parent) : 0; /* fault */
}

int main(void)
{
	printf("%d\n", depth(trap.widget));
	return 0;
}
