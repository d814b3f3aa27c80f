/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A planted string copied. */
#include "canary.h"

int main(void)
{
	char buffer[0x20000];

	strcpy(buffer, trap.text); /* fault */
	puts(buffer);
	return 0;
}
