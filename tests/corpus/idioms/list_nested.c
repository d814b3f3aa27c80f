/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A list whose entries are heads of lists. */
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	struct widget *w;
	struct part *part;

	list_for_each_entry (w, &widget_list, node) {
		if (list_empty(&w->children))
			continue;
		printf("%s:", w->name);
		list_for_each_entry (part, &w->children, sibling)
			printf(" %c%u", part->kind, part->number);
		printf("\n");
	}
	return 0;
}
