/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The pointer comes along with an argument by value. */
#include "canary.h"

static noinline void show(struct trap copy)
{
	printf("%u\n", copy.widget->id); /* fault */
}

int main(void)
{
	show(trap); /* fault */
	return 0;
}
