/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* An address in the first page. */
#include "canary.h"

int main(void)
{
	printf("%u\n", trap_small->id); /* fault */
	return 0;
}
