/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A number of the target is seen as a pointer through a local union. */
#include "canary.h"

union view {
	unsigned long integer;
	struct widget *widget;
};

static noinline struct widget *look(union view *view)
{
	return view->widget;
}

int main(void)
{
	union view view;

	view.integer = trap.number;
	printf("%u\n", look(&view)->id); /* fault */
	return 0;
}
