/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Structures passed by value. */
#include <fathom/ids.h>
#include "objects.h"

static noinline long sum_large(struct large large, int extra)
{
	long sum = extra;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(large.words); i++)
		sum += large.words[i];
	large.words[0] = 0;
	return sum + large.owner->id + strlen(large.text);
}

static noinline int sum_point(struct point a, struct point b)
{
	return a.x * b.y - a.y * b.x;
}

static noinline long sum_small(struct small s)
{
	return s.first ^ s.second;
}

int main(void)
{
	printf("%ld %ld\n", sum_large(widget_large, 3), widget_large.words[0]);
	printf("%d\n", sum_point(point_table[1], point_table[5]));
	printf("%lx\n", sum_small(widget_small));
	return 0;
}
