/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Processes whose task_struct lies above 4 GiB of physical memory. */
#include <fathom/ids.h>
#include <linux/sched/signal.h>

#define FOUR_GIB (1ul << 32)

int main(void)
{
	struct task_struct *p;

	for_each_process (p) {
		if ((unsigned long)p - page_offset_base >= FOUR_GIB)
			printf("%d %s\n", p->pid, p->comm);
	}
}
