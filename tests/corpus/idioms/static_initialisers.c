/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Addresses of kernel objects in static tables and constant expressions. */
#include <fathom/ids.h>
#include "objects.h"

static struct widget *const fifth = &widgets[5];
static const char *name_tail = &widgets[6].name[3];
static int *const grid_end = &number_grid[5][6] + 1;
static unsigned long plain = (unsigned long)&magic_number;

static const struct watch {
	const char *name;
	const void *address;
	unsigned long size;
} watches[] = {
	{"magic", &magic_number, sizeof(magic_number)},
	{"point", &point_table[3].y, sizeof(int)},
	{"bytes", byte_table + 7, 3},
	{"head", &widget_list.next, 0},
	{},
};

static struct {
	struct {
		struct list_head *heads[2];
		struct widget **cursor;
	} inner;
} deep = {{{&widget_list, &empty_list}, &widget_index[2]}};

static unsigned long sum(const struct watch *watch)
{
	const unsigned char *bytes = watch->address;
	unsigned long result = 0, i;

	for (i = 0; i < watch->size; i++)
		result = result * 256 + bytes[i];
	return result;
}

int main(void)
{
	const struct watch *watch;

	printf("%s %s %d\n", fifth->name, name_tail, grid_end[-1]);
	printf("%d\n", plain == (unsigned long)&magic_number);
	for (watch = watches; watch->name; watch++)
		printf("%s %lx\n", watch->name, sum(watch));
	printf("%d %d\n", list_empty(deep.inner.heads[0]),
	       list_empty(deep.inner.heads[1]));
	printf("%u\n", (*deep.inner.cursor)->id);
	return 0;
}
