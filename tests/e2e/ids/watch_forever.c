/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Look at the kernel again and again until it is gone. */
#include <fathom/ids.h>
#include <linux/sched/signal.h>

int main(void)
{
	for (;;) {
		struct task_struct *p;
		unsigned long threads = 0;

		for_each_process (p)
			threads += p->signal->nr_threads;
		printf("%lu\n", threads);
		fflush(stdout);
		fathom_refresh();
	}
}
