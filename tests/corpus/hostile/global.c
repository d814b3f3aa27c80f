/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The pointer is kept in a global variable. */
#include "canary.h"

struct widget *kept;

static noinline void show(void)
{
	printf("%u\n", kept->id); /* fault */
}

int main(void)
{
	kept = trap_widget;
	barrier();
	show();
	return 0;
}
