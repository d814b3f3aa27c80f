/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The pointer is returned by a function. */
#include "canary.h"

static noinline struct widget *get(void)
{
	return trap.either.widget;
}

int main(void)
{
	printf("%u\n", get()->id); /* fault */
	return 0;
}
