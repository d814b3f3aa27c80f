/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* write() of memory at a planted address. */
#include "canary.h"

int main(void)
{
	write(1, trap.text, 10); /* fault */
	return 0;
}
