/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A hash over every byte of a string, pointer by pointer. */
#include <fathom/ids.h>
#include "objects.h"

static unsigned int hash(const char *text)
{
	unsigned int result = 2166136261u;

	while (*text)
		result = (result ^ (unsigned char)*text++) * 16777619;
	return result;
}

int main(void)
{
	unsigned int i;

	printf("%x %x %x\n", hash(long_string), hash(edge_string),
	       hash("local"));
	for (i = 0; i < ARRAY_SIZE(widget_colours); i++)
		printf("%x ", hash(widget_colours[i]));
	printf("\n");
	return 0;
}
