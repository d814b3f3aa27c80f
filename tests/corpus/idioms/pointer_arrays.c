/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Arrays of pointers, and a pointer into one. */
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	struct widget **cursor;
	const char *const *colour = widget_colours;

	for (cursor = widget_index; *cursor; cursor++)
		printf("%u ", (*cursor)->id);
	printf("%ld\n", cursor - widget_index);
	cursor = widget_cursor;
	printf("%s %s\n", (*cursor)->name, (*(cursor + 2))->name);
	printf("%u ", (**cursor++).id);
	printf("%u\n", cursor[-2]->id);
	while (**colour)
		printf("%s ", *colour++);
	printf("%c\n", widget_colours[3][2]);
	return 0;
}
