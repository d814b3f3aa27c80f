/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A lock-less list. */
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	struct llist_node *node = widget_stack.first;
	struct widget *w;

	llist_for_each_entry (w, node, pushed)
		printf("%u ", w->id);
	printf("\n%d\n", llist_empty(&widget_stack));
	return 0;
}
