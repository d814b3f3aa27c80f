/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A kernel array handed to qsort(), which would write to it. */
#include <fathom/ids.h>
#include "objects.h"

static int order(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

int main(void)
{
	qsort(number_table, 1000, sizeof(int),
	      order); /* error: 'qsort' cannot take a kernel pointer */
	return 0;
}
