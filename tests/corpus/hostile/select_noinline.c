/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A function chooses. */
#include "canary.h"

static noinline const struct widget *choose(const struct widget *a,
					    const struct widget *b, int first)
{
	return first ? a : b;
}

int main(void)
{
	struct widget mine = {.id = 1};

	printf("%u\n", choose(&mine, trap_widget, 0)->id); /* fault */
	return 0;
}
