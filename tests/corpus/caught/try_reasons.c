/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Each kind of pointer has its reason. */
#include "canary.h"

static int reason_of(const struct widget *w)
{
	fathom_try
	{
		printf("%u\n", w->id);
		return 0;
	}
	fathom_catch(fault)
	{
		return fault->reason;
	}
	return -1;
}

int main(void)
{
	printf("%d\n", reason_of(&widgets[3]));
	printf("%d\n", reason_of(null_widget) == FATHOM_FAULT_NULL);
	printf("%d\n", reason_of(trap_small) != 0);
	printf("%d\n", reason_of(trap_widget) == FATHOM_FAULT_USER);
	printf("%d\n", reason_of(trap_unmapped) == FATHOM_FAULT_NOT_MAPPED);
	printf("%d\n",
	       reason_of(trap_non_canonical) == FATHOM_FAULT_NON_CANONICAL ||
		       reason_of(trap_non_canonical) == FATHOM_FAULT_USER);
	printf("%d\n", reason_of(error_widget) == FATHOM_FAULT_ERROR_POINTER);
	return 0;
}
