/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A fault is caught, described, and the program goes on. */
#include "canary.h"

int main(void)
{
	const struct widget *w = trap_widget;
	volatile int steps = 0;

	fathom_try
	{
		steps++;
		printf("%u\n", widgets[4].id);
		printf("%lu\n", w->weight);
		steps = 100;
	}
	fathom_catch(fault)
	{
		printf("%d %llu %u %s\n",
		       fault->address ==
			       SYNTHETIC_CANARY +
				       offsetof(struct widget, weight),
		       fault->size, fault->line, fault->expression);
		printf("%d\n", fault->reason == FATHOM_FAULT_USER);
	}
	printf("%d %u\n", steps, widgets[5].id);
	return 0;
}
