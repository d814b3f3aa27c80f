/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Long chains of ?: and && over kernel members. */
#include <fathom/ids.h>
#include "objects.h"

static const char *grandparent(const struct widget *w)
{
	return w && w->parent && w->parent->parent ? w->parent->parent->name
	       : w && w->parent			   ? w->parent->name
						   : "none";
}

int main(void)
{
	const struct widget *w;

	list_for_each_entry (w, &widget_list, node)
		printf("%s %u\n", grandparent(w), (w->favourite ?: w)->id);
	return 0;
}
