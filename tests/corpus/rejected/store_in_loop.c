/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A store in a loop over a list. */
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	struct widget *w;

	list_for_each_entry (w, &widget_list, node)
		w->weight = 0; /* error: store through a kernel pointer */
	return 0;
}
