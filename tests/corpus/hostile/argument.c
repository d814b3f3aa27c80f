/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The pointer is an argument of a function that takes any. */
#include "canary.h"

static noinline void show(const struct widget *w)
{
	printf("%u\n", w->id); /* fault */
}

int main(void)
{
	struct widget mine = {.id = 3};

	show(&mine);
	show(trap_widget); /* fault */
	return 0;
}
