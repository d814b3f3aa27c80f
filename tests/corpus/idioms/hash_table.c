/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A table of hlist heads, and a look-up in it. */
#include <fathom/ids.h>
#include "objects.h"

static struct widget *find(unsigned int id)
{
	struct widget *w;

	hlist_for_each_entry (w, &widget_table[id * 11 % WIDGET_BUCKETS],
			      hashed)
		if (w->id == id)
			return w;
	return NULL;
}

int main(void)
{
	struct widget *w;
	unsigned int i;

	for (i = 0; i < WIDGET_BUCKETS; i++) {
		printf("%u:", i);
		hlist_for_each_entry (w, &widget_table[i], hashed)
			printf(" %u%s", w->id,
			       *w->hashed.pprev == &w->hashed ? "" : "!");
		printf("\n");
	}
	for (i = 20; i < 28; i++) {
		w = find(i);
		printf("%u %s\n", i, w ? w->name : "none");
	}
	return 0;
}
