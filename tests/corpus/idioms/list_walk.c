/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Walk a doubly linked list forwards. */
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	struct widget *w;

	list_for_each_entry (w, &widget_list, node)
		printf("%u %s %lu\n", w->id, w->name, w->weight);
	return 0;
}
