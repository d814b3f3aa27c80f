/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Pointers to functions of the program itself are called, with kernel
 * arguments. */
#include <fathom/ids.h>
#include "objects.h"

struct visitor {
	int (*visit)(struct visitor *visitor, const struct widget *widget);
	int count;
	unsigned long sum;
};

static int count_heavy(struct visitor *visitor, const struct widget *widget)
{
	visitor->count += widget->weight > 100;
	return 0;
}

static int sum_until(struct visitor *visitor, const struct widget *widget)
{
	visitor->sum += widget->weight;
	return widget->id == 15;
}

static noinline void for_all(struct visitor *visitor)
{
	const struct widget *w;

	list_for_each_entry (w, &widget_list, node)
		if (visitor->visit(visitor, w))
			return;
}

int main(void)
{
	struct visitor visitors[] = {{.visit = count_heavy},
				     {.visit = sum_until}};

	for_all(&visitors[0]);
	for_all(&visitors[1]);
	printf("%d %lu\n", visitors[0].count, visitors[1].sum);
	return 0;
}
