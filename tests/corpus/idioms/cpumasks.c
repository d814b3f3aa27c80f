/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* CPU masks. */
#include <linux/cpumask.h>
#include <fathom/ids.h>

int main(void)
{
	unsigned int cpu;

	for_each_online_cpu(cpu) printf("%u ", cpu);
	printf("| %d %d\n", cpu_online(2), cpu_possible(2));
	printf("%u %u\n", cpumask_weight(cpu_online_mask), nr_cpu_ids);
	printf("%u\n", cpumask_first(cpu_possible_mask));
	return 0;
}
