/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* snprintf(), memset(), strscpy() into our own memory with their sizes from the
 * target. */
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	char line[80];
	int used = 0, i;

	memset(line, '.', sizeof(line));
	memset(line + widgets[3].id, '#', widgets[5].id);
	line[12] = '\0';
	puts(line);
	for (i = 0; i < 5; i++)
		used += snprintf(line + used, sizeof(line) - used, "%s,",
				 widget_colours[i]);
	puts(line);
	memmove(line + 2, line, used);
	printf("%.*s\n", used, line);
	return 0;
}
