/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * Linked to tests/synthetic's generator, this puts the data into the target
 * that it writes, as the kernel's variable bench_target.
 */
#pragma clang section bss = "synthetic_bss"

#include "data.h"
#include "memory.h"

struct bench_data bench_target;

__attribute__((constructor)) static void fill(void)
{
	bench_fill(&bench_target, synthetic_alloc);
}

SYNTHETIC_SYMBOL(bench_target, 'B');
