/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A non-canonical address. */
#include "canary.h"

int main(void)
{
	printf("%u\n", trap_other_half->id); /* fault */
	return 0;
}
