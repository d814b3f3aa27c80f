/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * For programs compiled without the pass: the kernel's objects are there, in
 * this process, before main.
 */
#include "memory.h"

__attribute__((constructor(101))) static void fill(void)
{
	synthetic_populate();
}
