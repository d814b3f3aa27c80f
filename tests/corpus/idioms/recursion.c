/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Recursion over lists and parents. */
#include <fathom/ids.h>
#include "objects.h"

static int depth(const struct widget *w)
{
	return w ? 1 + depth(w->parent) : 0;
}

static void backwards(const struct list_head *node)
{
	if (node == &widget_list)
		return;
	backwards(node->next);
	printf("%u ", container_of(node, struct widget, node)->id);
}

int main(void)
{
	int i;

	for (i = 0; i < WIDGETS; i++)
		printf("%d", depth(&widgets[i]));
	printf("\n");
	backwards(widget_list.next);
	printf("\n");
	return 0;
}
