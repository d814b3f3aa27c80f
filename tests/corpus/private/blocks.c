/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Blocks and strings written to the target's memory. */
#include <fathom/ids.h>
#include "objects.h"

static noinline void fill(void *where, int c, size_t size)
{
	memset(where, c, size);
}

static noinline void copy(void *to, const void *from, size_t size)
{
	memcpy(to, from, size);
}

int main(void)
{
	struct widget *w = &widgets[4], mine = {.id = 5, .name = "mine"};
	unsigned int numbers[8];

	fill(number_table, 0xff, sizeof(unsigned int) * 1000);
	fill(numbers, 0x11, sizeof(numbers));
	printf("%x %x\n", number_table[999], numbers[7]);
	copy(&number_table[4], numbers, sizeof(numbers));
	copy(&number_table[1], number_table, 10 * sizeof(unsigned int));
	printf("%x %x %x\n", number_table[1], number_table[5],
	       number_table[12]);
	*w = widgets[7];
	printf("%s %s\n", w->name, w->parent->name);
	copy(w, &mine, sizeof(mine));
	printf("%u %s %d\n", w->id, w->name, !w->parent);
	memset(w->name, 'x', 4);
	strcpy(w->name + 4, "yz");
	strcat(w->name, widgets[2].name);
	printf("%s\n", w->name);
	strncpy(w->name, "ab", sizeof(w->name));
	printf("%s %d\n", w->name, w->name[19]);
	snprintf(w->name, 8, "%s-%d", widgets[1].name, 77);
	printf("%s\n", w->name);
	printf("%ld\n", strscpy(w->name, "too long for so little", 9));
	printf("%s\n", w->name);
	fill(edge_bytes, 0, 3 * 4096);
	printf("%d\n", edge_bytes[3 * 4096 - 1]);
	fathom_try
	{
		fill(edge_bytes, 1, 3 * 4096 + 1);
	}
	fathom_catch(f)
	{
		printf("%s, %d\n", f->message, edge_bytes[0]);
	}
	fathom_try
	{
		fill(trap_top, 1, 16);
	}
	fathom_catch(f)
	{
		printf("%s\n", f->message);
	}
	return 0;
}
