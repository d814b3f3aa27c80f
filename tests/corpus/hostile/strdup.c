/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* strdup() of a planted string. */
#include "canary.h"

int main(void)
{
	puts(strdup(trap.text)); /* fault */
	return 0;
}
