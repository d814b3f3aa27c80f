/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Nor a current CPU. */
#include <linux/percpu.h>
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	printf("%lu\n", this_cpu_read(cpu_ticks)); /* error: per-CPU data */
	return 0;
}
