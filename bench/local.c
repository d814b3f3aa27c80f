/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The program's own copy of the data. */
#include "data.h"
#include "local.h"

struct bench_data bench_local;

void bench_fill_local(void)
{
	bench_fill(&bench_local, bench_allocate);
}
