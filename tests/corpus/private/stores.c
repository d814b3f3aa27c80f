/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * What is written through a pointer into the target is read from there until
 * the epoch ends; pointers are told apart when the program runs.
 */
#include <fathom/ids.h>
#include <linux/list.h>
#include "objects.h"

struct holder {
	struct widget *widget;
	unsigned int number;
};

static noinline void bump(unsigned int *where)
{
	(*where)++;
}

static noinline void place(struct point *where, struct point what)
{
	*where = what;
}

static void show(const struct widget *w)
{
	printf("%u %s %d,%d flags %u state %u on list %d parent %s\n", w->id,
	       w->name, w->place.x, w->place.y, w->flags, w->state,
	       !list_empty(&w->node), w->parent->name);
}

int main(void)
{
	struct widget *w = &widgets[4];
	struct holder holder = {.widget = w};
	struct point here = {77, 88};
	unsigned int own = 5;

	show(w);
	w->id = 1234;
	w->flags = 9;
	bump(&w->id);
	bump(&own);
	bump(&holder.number);
	holder.widget->place.x = -7;
	w->parent = &widgets[9];
	list_del_init(&w->node);
	place(&point_table[1], here);
	place(&here, point_table[2]);
	show(w);
	printf("%u %u %d,%d\n", own, holder.number, point_table[1].x,
	       point_table[1].y);
	printf("%d\n", here.x == point_table[2].x);
	list_add(&w->node, &widget_list);
	printf("%s\n",
	       list_first_entry(&widget_list, struct widget, node)->name);
	widget_cursor = NULL;
	printf("%d\n", !widget_cursor);
	/* Whatever is no address of the program's is kept as it is. */
	widgets[1].parent = (struct widget *)5;
	widgets[2].parent = widgets[1].parent;
	printf("%lx %lx\n", *(unsigned long *)&widgets[1].parent,
	       *(unsigned long *)&widgets[2].parent);
	*edge_long = 17;
	printf("%lu\n", *edge_long);
	fathom_refresh();
	show(w);
	printf("%d %d\n", !widget_cursor, *edge_long == 17);
	return 0;
}
