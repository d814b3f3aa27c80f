/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* many_calls NUMBER: look at one thing again and again, some calls each time.
 */
#include <fathom/ids.h>
#include <linux/sched.h>
#include <linux/sched/task.h>

int main(int argc, char **argv)
{
	long number = argc == 2 ? atol(argv[1]) : 0;
	long i;

	for (i = 0; i < number; i++) {
		if (init_task.pid) {
			printf("look %ld: init_task has ID %d\n", i,
			       init_task.pid);
			return 1;
		}
		fathom_refresh();
	}
	printf("%ld looks\n", i);
}
