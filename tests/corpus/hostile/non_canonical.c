/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A tagged value as the kernel might plant it. */
#include "canary.h"

int main(void)
{
	printf("%u\n", trap_non_canonical->id); /* fault */
	return 0;
}
