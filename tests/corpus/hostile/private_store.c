/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* options: --private-writes */
/* A store through a planted pointer must not get into the program. */
#include "canary.h"

int main(void)
{
	trap.widget->id = 3; /* fault */
	return 0;
}
