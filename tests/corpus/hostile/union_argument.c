/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A structure with a union is passed in registers, as numbers. */
#include "canary.h"

struct pair {
	union {
		unsigned long integer;
		struct widget *widget;
	};
	long other;
};

noinline struct widget *look(struct pair *pair);
noinline struct widget *look(struct pair *pair)
{
	return pair->widget;
}

noinline unsigned int take(struct pair pair);
noinline unsigned int take(struct pair pair)
{
	return look(&pair)->id; /* fault */
}

int main(void)
{
	printf("%u\n", take(*(struct pair *)&trap.either));
	return 0;
}
