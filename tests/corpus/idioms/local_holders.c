/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Kernel pointers kept in local structures and arrays. */
#include <fathom/ids.h>
#include "objects.h"

struct holder {
	int rank;
	struct widget *widget;
	struct holder *next;
	const char *names[2];
};

static noinline void hold(struct holder *holder, struct widget *widget)
{
	holder->widget = widget;
	holder->names[0] = widget->name;
	holder->names[1] = "local";
}

int main(void)
{
	struct holder holders[6], *h, *first = NULL;
	struct widget *grid[2][3];
	int i;

	for (i = 0; i < 6; i++) {
		hold(&holders[i], widget_index[i * 3]);
		holders[i].rank = i;
		holders[i].next = first;
		first = &holders[i];
		grid[i / 3][i % 3] = holders[i].widget->parent;
	}
	for (h = first; h; h = h->next)
		printf("%d %u %s %s\n", h->rank, h->widget->id, h->names[0],
		       h->names[1]);
	for (i = 5; i >= 0; i--)
		printf("%s ", grid[i / 3][i % 3]->name);
	printf("\n");
	return 0;
}
