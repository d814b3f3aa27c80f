/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A bit-field of a planted structure. */
#include "canary.h"

int main(void)
{
	printf("%u\n", trap_widget->priority); /* fault */
	return 0;
}
