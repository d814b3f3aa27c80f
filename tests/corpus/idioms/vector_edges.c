/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A byte loop over pages, forwards, backwards, with gaps. */
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	unsigned char copy[3 * 4096];
	unsigned int sum = 0, odd = 0, down = 0, i;
	int last = 3 * 4096 - 1, j;

	for (i = 0; i < sizeof(copy); i++)
		copy[i] = edge_bytes[i] + 1;
	for (i = 0; i < sizeof(copy); i++)
		sum += copy[i] * (i & 15);
	for (i = 1; i < sizeof(copy); i += 3)
		odd += edge_bytes[i];
	for (j = last; j >= 0; j--)
		down = down * 31 + edge_bytes[j];
	printf("%u %u %u\n", sum, odd, down);
	return 0;
}
