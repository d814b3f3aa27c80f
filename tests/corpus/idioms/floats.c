/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Floating-point members. */
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	double sum = 0;
	float f = 0;
	int i;

	for (i = 0; i < 33; i++) {
		sum += double_table[i] * i;
		f += float_table[i];
	}
	printf("%.3f %.3f\n", sum, (double)f);
	printf("%.6f %.2f\n", widgets[7].exact, (double)widgets[7].ratio);
	printf("%d\n", widgets[8].exact > widgets[8].ratio);
	return 0;
}
