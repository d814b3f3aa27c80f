/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The pointer is read as a pointer to another type. */
#include "canary.h"

int main(void)
{
	printf("%.10s\n", *(const char **)&trap.nested.integer); /* fault */
	return 0;
}
