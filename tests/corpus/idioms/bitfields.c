/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Bit-fields: signed, unsigned, 64-bit, in conditions. */
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	const struct widget *w;
	unsigned int set = 0;

	list_for_each_entry (w, &widget_list, node) {
		printf("%u %u %u %d %d %lx %x\n", w->flags, w->state,
		       w->priority, w->bias, w->drift, (unsigned long)w->wide,
		       (unsigned int)w->rest);
		if (w->flags & 4 && w->bias < 0)
			set += w->state == 3 ? 10 : 1;
	}
	printf("%u\n", set);
	return 0;
}
