/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Strings across a page edge, and up to the last byte before a hole. */
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	char *buffer = malloc(6000);
	unsigned int i;

	printf("%s\n", edge_last);
	printf("%zu %zu %zu\n", strlen(edge_last), strlen(edge_string),
	       strlen(long_string));
	strcpy(buffer, edge_string);
	printf("%d %.20s\n", strcmp(buffer, edge_string), buffer);
	memcpy(buffer, long_string, 5001);
	printf("%d %c\n", strcmp(long_string, buffer), buffer[4999]);
	for (i = 0; i < WIDGETS; i++)
		printf("%s %zu\n", widgets[i].label, strlen(widgets[i].label));
	printf("%.5s\n", edge_unterminated);
	printf("%s\n", (char *)memchr(edge_last, '0', 12));
	printf("%s %s\n", edge_widget->name, edge_widget->parent->name);
	free(buffer);
	return 0;
}
