/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Structures returned by value: in registers and in memory. */
#include <fathom/ids.h>
#include "objects.h"

static noinline struct small small(void)
{
	return widget_small;
}

static noinline struct large large(int twist)
{
	struct large result = widget_large;

	result.words[twist] += 1000;
	return result;
}

static noinline struct point at(const struct point *table, int index)
{
	return table[index];
}

static noinline struct widget heaviest(void)
{
	struct widget *w, *best = &widgets[0];

	list_for_each_entry (w, &widget_list, node)
		if (w->weight > best->weight)
			best = w;
	return *best;
}

int main(void)
{
	struct large l = large(3);
	struct widget w = heaviest();

	printf("%lx %ld\n", small().first, small().second);
	printf("%ld %ld %s\n", l.words[3], l.words[4], l.owner->name);
	printf("%d\n", at(point_table, 6).y + at(point_table, 2).x);
	printf("%s %s\n", w.name, w.parent->name);
	return 0;
}
