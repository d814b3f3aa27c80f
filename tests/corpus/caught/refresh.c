/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* After fathom_refresh() everything is read anew. */
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	const struct widget *w = &widgets[4];
	int i;

	for (i = 0; i < 3; i++) {
		printf("%u %s\n", w->id, w->parent->name);
		fathom_refresh();
	}
	return 0;
}
