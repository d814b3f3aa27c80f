/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Order, difference and equality of kernel pointers. */
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	const struct widget *w, *highest = widgets;
	struct widget mine;
	int inside = 0;

	list_for_each_entry (w, &widget_list, node) {
		inside += w->favourite >= &widgets[0] &&
			  w->favourite < &widgets[WIDGETS];
		if (w->favourite > highest)
			highest = w->favourite;
	}
	printf("%d %ld\n", inside, highest - widgets);
	printf("%d %d %d\n", &mine == widgets, widgets[1].parent == widgets,
	       widgets[3].parent != &widgets[1]);
	printf("%ld\n", (char *)&widgets[2].weight - (char *)&widgets[1].id);
	printf("%d\n",
	       (unsigned long)widgets[5].name - (unsigned long)&widgets[5] ==
		       offsetof(struct widget, name));
	return 0;
}
