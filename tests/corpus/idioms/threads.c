/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Each thread has its own look-aside buffer. */
#include <pthread.h>
#include <fathom/ids.h>
#include "objects.h"

struct work {
	const struct widget *start;
	unsigned long sum;
	unsigned int bytes;
};

static void *run(void *argument)
{
	struct work *work = argument;
	const struct widget *w;
	int round, i;

	for (round = 0; round < 50; round++) {
		list_for_each_entry (w, &widget_list, node)
			work->sum += w->weight * work->start->id;
		for (i = 0; i < 3 * 4096; i += 64)
			work->bytes += edge_bytes[i];
	}
	return NULL;
}

int main(void)
{
	struct work work[6];
	pthread_t threads[6];
	int i;

	for (i = 0; i < 6; i++) {
		work[i] = (struct work){.start = &widgets[i]};
		if (pthread_create(&threads[i], NULL, run, &work[i]))
			return 1;
	}
	for (i = 0; i < 6; i++) {
		pthread_join(threads[i], NULL);
		printf("%lu %u\n", work[i].sum, work[i].bytes);
	}
	return 0;
}
