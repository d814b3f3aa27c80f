/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A planted pointer, followed. */
#include "canary.h"

int main(void)
{
	printf("%u\n", trap_widget->id); /* fault */
	return 0;
}
