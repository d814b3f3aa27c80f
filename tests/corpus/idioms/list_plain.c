/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* list_for_each() and list_entry() by hand, and the safe kind. */
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	struct list_head *position, *next;
	unsigned int count = 0;
	unsigned long sum = 0;

	list_for_each (position, &widget_list) {
		const struct widget *w =
			list_entry(position, struct widget, node);

		if (w->id % 5 == 0)
			continue;
		if (w->id > 20)
			break;
		sum += w->weight;
		count++;
	}
	printf("%u %lu\n", count, sum);
	list_for_each_safe(position, next, &widget_list)
		count += next == &widget_list;
	printf("%u\n", count);
	return 0;
}
