/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A loop over the bytes at a planted address. */
#include "canary.h"

int main(void)
{
	const char *text = trap.text;
	int i;

	for (i = 0; i < 10; i++)
		putchar(text[i]); /* fault */
	return 0;
}
