/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The same helper inlined here and called there. */
#include <fathom/ids.h>
#include "objects.h"

static __always_inline const struct widget *up(const struct widget *w)
{
	return w->parent ?: w;
}

static noinline const struct widget *up_twice(const struct widget *w)
{
	return up(up(w));
}

static void fill(const struct widget *from, struct widget *to, int *count)
{
	to->id = from->id + *count;
	*count += from->parent ? from->parent->id : 100;
}

int main(void)
{
	struct widget mine = {.id = 90, .parent = &widgets[8]}, other = {};
	int count = 0;

	printf("%u %u\n", up(&mine)->id, up_twice(&mine)->id);
	printf("%u\n", up_twice(&widgets[23])->id);
	fill(&widgets[4], &other, &count);
	fill(&mine, &other, &count);
	fill(&other, &mine, &count);
	printf("%u %u %d\n", mine.id, other.id, count);
	return 0;
}
