/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* From a member to its object, from wherever the member was found. */
#include <fathom/ids.h>
#include "objects.h"

static unsigned int id_of(const unsigned char *colour)
{
	return container_of(colour, struct widget, place.colour)->id;
}

int main(void)
{
	const unsigned char *colours[4];
	struct list_head *node = widgets[3].node.next;
	struct widget *w = container_of(node, struct widget, node);
	unsigned int i;

	printf("%u\n", w->id);
	w = container_of(&w->hashed, struct widget, hashed);
	printf("%u\n", w->id);
	/* Folds to &widgets[7]: no load. */
	printf("%d\n", container_of(&widgets[7].value.high, struct widget,
				    value.high) == &widgets[7]);
	for (i = 0; i < 4; i++)
		colours[i] = &widgets[i * 5].place.colour;
	for (i = 0; i < 4; i++)
		printf("%u %u\n", *colours[i], id_of(colours[i]));
	return 0;
}
