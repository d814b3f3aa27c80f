/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* An object found from its planted member. */
#include "canary.h"

int main(void)
{
	struct widget *w = container_of(trap.list.next, struct widget, node);

	printf("%.10s\n", w->name); /* fault */
	return 0;
}
