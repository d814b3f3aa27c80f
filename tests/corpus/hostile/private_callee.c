/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* options: --private-writes */
/* A planted pointer, called. */
#include "canary.h"

static noinline long call(long (*function)(long argument))
{
	return function(3); /* fault */
}

int main(void)
{
	printf("%ld\n", call(trap.function)); /* fault */
	return 0;
}
