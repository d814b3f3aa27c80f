/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Pointers that are integers for a while. */
#include <fathom/ids.h>
#include "objects.h"

static unsigned long kept[4];

int main(void)
{
	unsigned long address = (unsigned long)&widgets[4];
	unsigned int local = 55;
	struct widget *w = (struct widget *)(address + sizeof(*w));
	const char *page = (char *)((unsigned long)edge_string & PAGE_MASK);
	int i;

	printf("%u %u\n", w->id, ((struct widget *)address)->id);
	printf("%c\n", page[4096]);
	for (i = 0; i < 4; i++)
		kept[i] = (unsigned long)widget_index[i * 2];
	for (i = 0; i < 4; i++)
		printf("%u ", ((struct widget *)kept[i])->id);
	printf("%u\n", *(unsigned int *)(unsigned long)&local);
	return 0;
}
