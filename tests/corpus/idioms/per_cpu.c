/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Per-CPU variables, static and allocated. */
#include <linux/cpumask.h>
#include <linux/percpu.h>
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	unsigned long sum = 0;
	int cpu;

	for_each_possible_cpu (cpu) {
		const struct counters *c = per_cpu_ptr(&cpu_counters, cpu);

		printf("%d: %lu %lu %d\n", cpu, c->hits, c->misses, c->cpu);
		sum += per_cpu(cpu_ticks, cpu);
		sum += per_cpu(cpu_counters.misses, cpu);
	}
	printf("%lu\n", sum);
	for_each_possible_cpu (cpu) {
		const struct counters *c = per_cpu_ptr(dynamic_counters, cpu);

		printf("%lu %d\n", c->hits, c->cpu);
	}
	return 0;
}
