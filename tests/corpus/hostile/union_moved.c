/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A number goes from one union to another, and is seen as a pointer there. */
#include "canary.h"

union view {
	unsigned long integer;
	struct widget *widget;
};

noinline struct widget *look(union view *view);
noinline struct widget *look(union view *view)
{
	return view->widget;
}

int main(void)
{
	union view first, second;

	first.integer = trap.either.integer;
	second = first;
	printf("%u\n", look(&second)->id); /* fault */
	return 0;
}
