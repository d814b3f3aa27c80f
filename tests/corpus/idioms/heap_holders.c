/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Kernel pointers kept on the heap. */
#include <fathom/ids.h>
#include "objects.h"

struct node {
	struct node *next;
	const struct widget *widget;
	char *copy;
};

static struct node *push(struct node *top, const struct widget *widget)
{
	struct node *node = malloc(sizeof(*node));

	node->next = top;
	node->widget = widget;
	node->copy = strdup(widget->name);
	return node;
}

int main(void)
{
	const struct widget *w, **all = malloc(WIDGETS * sizeof(*all));
	struct node *top = NULL, *next;
	int count = 0;

	list_for_each_entry (w, &widget_list, node) {
		all[count++] = w;
		if (w->enabled)
			top = push(top, w);
	}
	while (top) {
		printf("%u %s %d\n", top->widget->id, top->copy,
		       strcmp(top->copy, top->widget->name));
		next = top->next;
		free(top->copy);
		free(top);
		top = next;
	}
	while (count--)
		printf("%u ", all[count]->flags);
	printf("\n");
	free(all);
	return 0;
}
