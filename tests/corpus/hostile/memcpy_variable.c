/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The same, the size unknown to the compiler. */
#include "canary.h"

int main(void)
{
	char buffer[64] = {};
	volatile unsigned long size = 33;

	memcpy(buffer, trap.widget, size); /* fault */
	puts(buffer);
	return 0;
}
