/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/** @file Count instructions where there are no performance counters. */
#ifndef BENCH_INSTRUCTIONS_H
#define BENCH_INSTRUCTIONS_H

/**
 * How many instructions the last lap of @p loop takes, counted one by one in
 * a copy of this process: the difference of two laps and one. 0 if that
 * cannot be had (ptrace(2) is not allowed everywhere).
 */
unsigned long bench_count_instructions(unsigned long (*loop)(unsigned long));

#endif /* BENCH_INSTRUCTIONS_H */
