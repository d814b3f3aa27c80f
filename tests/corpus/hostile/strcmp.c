/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A planted string compared with one of ours. */
#include "canary.h"

int main(void)
{
	printf("%d\n", strcmp("TOP", trap.text)); /* fault */
	return 0;
}
