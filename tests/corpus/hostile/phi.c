/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A loop variable starts local and becomes the planted pointer. */
#include "canary.h"

int main(void)
{
	struct widget mine = {.id = 1, .parent = trap_widget};
	const struct widget *w;

	for (w = &mine; w; w = w->parent)
		printf("%u\n", w->id); /* fault */
	return 0;
}
