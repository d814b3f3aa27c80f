/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The pointer is kept in a thread-local variable. */
#include "canary.h"

static __thread const char *kept;

int main(void)
{
	kept = trap.text;
	barrier();
	printf("%.10s\n", kept); /* fault */
	return 0;
}
