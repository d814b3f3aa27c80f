/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A planted string handed to printf(). */
#include "canary.h"

int main(void)
{
	printf("%s\n", trap.text); /* fault */
	return 0;
}
