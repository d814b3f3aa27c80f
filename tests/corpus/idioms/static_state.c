/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Static, global and thread-local variables that keep kernel pointers. */
#include <fathom/ids.h>
#include "objects.h"

static struct widget *last;
const struct widget *history[4];
static __thread const struct widget *mine;
static struct {
	struct list_head *position;
	int count;
} walk;

static noinline struct widget *next_widget(void)
{
	static struct list_head *position;

	position = position ? position->next : widget_list.next;
	return position == &widget_list
		       ? NULL
		       : container_of(position, struct widget, node);
}

int main(void)
{
	struct widget *w;
	int i = 0;

	while ((w = next_widget())) {
		history[i++ % 4] = last = w;
		if (w->id == 11)
			mine = w;
	}
	for (i = 0; i < 4; i++)
		printf("%u ", history[i]->id);
	printf("%s %s\n", last->name, mine->name);
	for (walk.position = widget_list.prev; walk.position != &widget_list;
	     walk.position = walk.position->prev)
		walk.count++;
	printf("%d\n", walk.count);
	return 0;
}
