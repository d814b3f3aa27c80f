/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A local copy of a kernel string is worked on in place. */
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	char text[64], *word, *rest;
	int i;

	strcpy(text, widgets[3].label);
	rest = text;
	while ((word = strsep(&rest, " ")))
		printf("[%s]", word);
	printf("\n");
	strcpy(text, widgets[12].name);
	for (i = 0; text[i]; i++)
		if (text[i] >= 'a' && text[i] <= 'z')
			text[i] -= 32;
	printf("%s %s\n", text, widgets[12].name);
	for (i = 0; i < 8; i++)
		text[i] = widgets[1].name[i];
	text[i] = '\0';
	printf("%s\n", text);
	return 0;
}
