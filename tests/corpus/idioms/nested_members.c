/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Nested and anonymous structs and unions. */
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	unsigned int i, j;

	for (i = 0; i < WIDGETS; i += 5) {
		const struct widget *w = &widgets[i];
		const typeof(w->place) *place = &w->place;

		printf("%x %x %lx", w->value.low, w->value.high, w->value.both);
		for (j = 0; j < sizeof(w->value.bytes); j++)
			printf(" %02x", w->value.bytes[j]);
		printf(" %d,%d %d %u\n", place->x, w->place.y, place->depth,
		       place->colour);
	}
	return 0;
}
