/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The pointer comes along with a returned structure. */
#include "canary.h"

static noinline struct trap get(void)
{
	return *trap_pointer;
}

int main(void)
{
	printf("%u\n", get().array[1]->id); /* fault */
	return 0;
}
