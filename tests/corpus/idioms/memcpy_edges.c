/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* memcpy() of odd sizes at odd places over page edges. */
#include <fathom/ids.h>
#include "objects.h"

static unsigned long sum(const unsigned char *bytes, unsigned long size)
{
	unsigned long result = 5381, i;

	for (i = 0; i < size; i++)
		result = result * 33 + bytes[i];
	return result;
}

int main(void)
{
	unsigned char buffer[9000];
	unsigned int size, shift;

	for (size = 0; size < 40; size++)
		for (shift = 0; shift < 7; shift++) {
			memset(buffer, 0xaa, sizeof(buffer));
			memcpy(buffer + shift,
			       edge_bytes + 4096 - size / 2 - shift, size);
			printf("%lx ", sum(buffer, size + 16));
		}
	memcpy(buffer, edge_bytes + 1, 8999);
	printf("%lx\n", sum(buffer, 8999));
	/* Constant sizes become loads and stores. */
	memcpy(buffer, edge_bytes + 4093, 7);
	memcpy(buffer + 7, edge_bytes + 8190, 3);
	memcpy(buffer + 10, edge_bytes + 4081, 31);
	memmove(buffer + 41, edge_bytes + 4095, 2);
	printf("%lx\n", sum(buffer, 43));
	return 0;
}
