/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A format string of the target's choice. */
#pragma clang diagnostic ignored "-Wformat-nonliteral"
#include "canary.h"

int main(void)
{
	printf(trap.text, 1); /* fault */
	return 0;
}
