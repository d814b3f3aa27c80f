/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A kernel address that is not mapped. */
#include "canary.h"

int main(void)
{
	printf("%u\n", trap_unmapped->id); /* fault */
	return 0;
}
