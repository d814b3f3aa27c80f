/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Pointers with flags in their low bits. */
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	const struct widget *w;

	list_for_each_entry (w, &widget_list, node) {
		const struct widget *parent = (void *)(w->tagged & ~3ul);

		printf("%lu %s\n", w->tagged & 3, parent ? parent->name : "-");
	}
	return 0;
}
