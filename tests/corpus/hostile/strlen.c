/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A planted string measured. */
#include "canary.h"

int main(void)
{
	printf("%zu\n", strlen(trap.text)); /* fault */
	return 0;
}
