/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Walk backwards; ask for first, last, empty. */
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	struct widget *w;

	list_for_each_entry_reverse(w, &widget_list, node) printf("%u ", w->id);
	w = list_first_entry(&widget_list, struct widget, node);
	printf("\nfirst %u %d\n", w->id, list_is_last(&w->node, &widget_list));
	w = list_last_entry(&widget_list, struct widget, node);
	printf("last %u %d\n", w->id, list_is_last(&w->node, &widget_list));
	w = list_prev_entry(w, node);
	printf("before it %u\n", w->id);
	printf("empty %d %d\n", list_empty(&widget_list),
	       list_empty(&empty_list));
	w = list_first_entry_or_null(&empty_list, struct widget, node);
	printf("nothing %d\n", w == NULL);
	return 0;
}
