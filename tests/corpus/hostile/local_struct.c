/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The pointer is kept in a local structure. */
#include "canary.h"

struct keeper {
	int number;
	struct widget *widget;
};

static noinline void keep(struct keeper *keeper, struct widget *widget)
{
	keeper->widget = widget;
}

int main(void)
{
	struct keeper keeper;

	keep(&keeper, trap.widget);
	printf("%.10s\n", keeper.widget->name); /* fault */
	return 0;
}
