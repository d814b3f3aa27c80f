/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A loop variable that is a local object first and the target's later. */
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	struct widget mine = {.id = 77, .name = "mine", .parent = &widgets[20]};
	const struct widget *w;
	struct link here = {.next = link_chain, .payload = -1000};
	struct link *link;
	long sum = 0;

	for (w = &mine; w; w = w->parent)
		printf("%u %s\n", w->id, w->name);
	for (link = &here; link; link = link->next)
		sum = sum * 3 + link->payload;
	printf("%ld\n", sum);
	return 0;
}
