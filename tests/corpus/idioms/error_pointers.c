/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* ERR_PTR(), NULL, LIST_POISON: compared, not followed. */
#include <linux/err.h>
#include <linux/poison.h>
#include <fathom/ids.h>
#include "objects.h"

static noinline struct widget *get(int which)
{
	return which == 0   ? error_widget
	       : which == 1 ? null_widget
	       : which == 2 ? &widgets[2]
			    : ERR_PTR(-ENOMEM);
}

int main(void)
{
	int i;

	for (i = 0; i < 4; i++) {
		struct widget *w = get(i);

		if (IS_ERR(w))
			printf("error %ld\n", PTR_ERR(w));
		else if (!w)
			printf("null\n");
		else
			printf("%s\n", w->name);
		printf("%d %d\n", IS_ERR_OR_NULL(w), PTR_ERR_OR_ZERO(w));
	}
	printf("%d %d\n", poisoned_node.next == LIST_POISON1,
	       poisoned_node.prev == LIST_POISON2);
	return 0;
}
