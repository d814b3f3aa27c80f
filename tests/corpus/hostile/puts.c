/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A planted string handed to puts(). */
#include "canary.h"

int main(void)
{
	puts(trap.text); /* fault */
	return 0;
}
