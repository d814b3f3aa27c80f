/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/** @file Between the program, which knows libc, and data.c, which does not. */
#ifndef BENCH_LOCAL_H
#define BENCH_LOCAL_H

/** Fill the data that the plain loops read. */
void bench_fill_local(void);

/** Zeroed memory at a multiple of 64. Ends the program when there is none. */
void *bench_allocate(unsigned long size);

#endif /* BENCH_LOCAL_H */
