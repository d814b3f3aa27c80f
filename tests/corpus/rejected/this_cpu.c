/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Nor a current CPU. */
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <fathom/ids.h>

DECLARE_PER_CPU(unsigned long, number_of_this_cpu);

int main(void)
{
	printf("%lu\n",
	       this_cpu_read(number_of_this_cpu)); /* error: per-CPU data */
	return 0;
}
