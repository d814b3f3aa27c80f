/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Comparing and searching memory of both sides. */
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	unsigned char mine[300];
	unsigned int i;

	for (i = 0; i < sizeof(mine); i++)
		mine[i] = i * 7 + 1;
	printf("%d %d\n", memcmp(mine, byte_table, 300),
	       memcmp(byte_table, mine, 299));
	mine[200]++;
	printf("%d %d\n", memcmp(mine, byte_table, 300) > 0,
	       memcmp(byte_table, mine, 300) < 0);
	printf("%d\n", memcmp(widgets[2].name, widgets[4].name, 7));
	printf("%d\n", memcmp(&point_table[1], &point_table[1], 8));
	printf("%ld\n",
	       (unsigned char *)memchr(byte_table, 50, 300) - byte_table);
	printf("%d\n", memcmp(widgets[1].name, "widget-01", 9));
	return 0;
}
