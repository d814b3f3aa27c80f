/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The loops that are measured: loops.c compiled twice, once plainly for data
 * of this process and once by fathom-cc for the target's.
 */
#ifndef BENCH_LOOPS_H
#define BENCH_LOOPS_H

/* X(name, what one unit of work is) */
#define BENCH_LOOPS(X) \
	X(chase_16m)   \
	X(chase_512k)  \
	X(chase_16k)   \
	X(scan_array)  \
	X(scan_list)   \
	X(scan_tasks)  \
	X(sum_bytes)   \
	X(hash_bytes)  \
	X(find_end)    \
	X(gather)

/**
 * Go through the data @p laps times; returns something computed from all of
 * what was read.
 */
#define BENCH_DECLARE(name)                             \
	unsigned long plain_##name(unsigned long laps); \
	unsigned long fathom_##name(unsigned long laps);
BENCH_LOOPS(BENCH_DECLARE)
#undef BENCH_DECLARE

#endif /* BENCH_LOOPS_H */
