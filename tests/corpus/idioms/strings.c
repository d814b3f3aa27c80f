/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Kernel strings handed to libc. */
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	const char *name = widgets[13].name;
	char buffer[64], *copy;

	printf("[%s] [%.8s] [%25s] [%-22s] [%.*s]\n", name, name, name, name, 3,
	       name);
	printf("%zu %zu\n", strlen(name), strnlen(name, 5));
	printf("%d %d %d\n", strcmp(name, widgets[13].name) == 0,
	       strcmp(name, "widget-13") > 0, strncmp(name, "widget-13", 9));
	printf("%s %s\n", strchr(name, '-'), strrchr(name, '1'));
	printf("%s %d\n", strstr(name, "13"), strstr(name, "31") == NULL);
	printf("%zu %zu\n", strspn(name, "abcdefghijklmnopqrstuvwxyz"),
	       strcspn(name, "0123456789"));
	strncpy(buffer, name, 6);
	buffer[6] = '\0';
	strcat(buffer, widget_colours[2]);
	puts(buffer);
	puts(name);
	snprintf(buffer, sizeof(buffer), "%s/%s", widget_colours[1], name);
	printf("%s %zu\n", buffer, strlen(buffer));
	copy = strdup(widget_colours[3]);
	copy[0] = 'V';
	printf("%s %s\n", copy, widget_colours[3]);
	free(copy);
	return 0;
}
