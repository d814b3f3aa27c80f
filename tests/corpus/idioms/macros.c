/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* typeof, statement expressions, min(), max(), swap(). */
#include <linux/minmax.h>
#include <fathom/ids.h>
#include "objects.h"

#define WEIGHT_OF(w)                                                           \
	({                                                                     \
		const typeof(*(w)) *__w = (w);                                 \
		__w->parent ? __w->weight + __w->parent->weight : __w->weight; \
	})

int main(void)
{
	const struct widget *a = &widgets[4], *b = &widgets[9];

	printf("%lu %lu\n", min(a->weight, b->weight),
	       max(a->weight, b->weight));
	swap(a, b);
	printf("%lu %lu %lu\n", a->weight, WEIGHT_OF(a),
	       WEIGHT_OF(&widgets[0]));
	printf("%u\n", clamp(a->id, 3u, 7u));
	return 0;
}
