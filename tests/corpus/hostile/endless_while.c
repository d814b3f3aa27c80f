/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* An endless chain in a while loop with a call in it. */
#include "canary.h"

int main(void)
{
	const struct widget *w = widgets;

	while (w) {				    /* fault */
		if (strcmp(w->name, "nobody") == 0) /* fault */
			break;
		w = container_of(w->node.next, struct widget, node); /* fault */
	}
	return 0;
}
