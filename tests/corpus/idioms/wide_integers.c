/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* 128-bit integers. */
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	unsigned __int128 sum = 0;
	unsigned int i;

	for (i = 0; i < WIDGETS; i++)
		sum += widgets[i].big;
	printf("%lx%016lx\n", (unsigned long)(sum >> 64), (unsigned long)sum);
	printf("%d\n", widgets[3].big > widgets[2].big);
	return 0;
}
