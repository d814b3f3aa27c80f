/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Copies of structures are ours, the pointers in them the target's. */
#include <fathom/ids.h>
#include "objects.h"

static struct widget kept;

int main(void)
{
	struct widget copy = widgets[9], array[3];
	struct large large;
	int i;

	copy.id = 1000;
	strcpy(copy.name, "changed");
	printf("%u %s, was %u %s\n", copy.id, copy.name, widgets[9].id,
	       widgets[9].name);
	printf("%s %s\n", copy.parent->name, copy.ops->name);
	for (i = 0; i < 3; i++)
		array[i] = widgets[i + 4];
	for (i = 0; i < 3; i++)
		printf("%u %s %d\n", array[i].id, array[i].name,
		       array[i].place.x);
	kept = *array[2].parent;
	printf("%u\n", kept.id);
	large = widget_large;
	printf("%ld %u %s\n", large.words[8], large.owner->id, large.text);
	return 0;
}
