/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Each thread catches its own. */
#include <pthread.h>
#include "canary.h"

static void *run(void *argument)
{
	volatile unsigned long caught = 0;
	int i;

	for (i = 0; i < 200; i++) {
		fathom_try
		{
			caught += trap.array[i % 4]->id;
		}
		fathom_catch(fault)
		{
			caught += fault->reason == FATHOM_FAULT_USER;
		}
	}
	*(unsigned long *)argument = caught;
	return NULL;
}

int main(void)
{
	unsigned long counts[4];
	pthread_t threads[4];
	int i;

	for (i = 0; i < 4; i++)
		if (pthread_create(&threads[i], NULL, run, &counts[i]))
			return 1;
	for (i = 0; i < 4; i++) {
		pthread_join(threads[i], NULL);
		printf("%lu\n", counts[i]);
	}
	return 0;
}
