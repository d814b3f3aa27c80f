/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A condition chooses between ours and the planted pointer. */
#include "canary.h"

int main(void)
{
	struct widget mine = {.id = 1};
	volatile int which = 1;

	printf("%u\n", (which ? trap_widget : &mine)->id); /* fault */
	return 0;
}
