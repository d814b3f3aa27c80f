/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * What the read benchmarks read. The same bytes, but for addresses, lie in
 * the target and in the memory of the program that measures. Needs the
 * kernel's headers.
 */
#ifndef BENCH_DATA_H
#define BENCH_DATA_H

#include <linux/list.h>
#include <linux/sched.h>

/** A node of a pointer chase: one cache line, at a random place. */
struct bench_node {
	struct bench_node *next;
	unsigned long number; /* of the node, in order of address */
	unsigned long rest[6];
};

/* All but the last fit into one lap of the view's look-aside buffer. */
enum bench_chase {
	BENCH_CHASE_16K,
	BENCH_CHASE_512K,
	BENCH_CHASE_16M,
	BENCH_CHASES,
};

#define BENCH_CHASE_BYTES    \
	{                    \
		16ul << 10,  \
		512ul << 10, \
		16ul << 20,  \
	}

/**
 * A structure as wide as many of the kernel's, whose members of interest do
 * not lie together. 10,000 of them fill 15 MiB: the look-aside buffer's reach.
 */
struct bench_job {
	unsigned int state;
	unsigned int flags;
	struct bench_job *next;
	unsigned long before[60];
	int pid;
	int tgid;
	unsigned long start_time;
	unsigned long between[100];
	char comm[16];
	unsigned int uid;
	unsigned int gid;
	unsigned long after[23];
};

#define BENCH_JOBS    10000ul
#define BENCH_TASKS   10000ul
#define BENCH_BYTES   (1ul << 20)
#define BENCH_GATHERS 1024ul

struct bench_data {
	struct bench_node *chase[BENCH_CHASES];
	struct bench_job *jobs;	    /* an array, and a list through next */
	struct list_head tasks;	    /* struct task_struct.tasks */
	unsigned char *bytes;	    /* all but the last are not 0 */
	struct bench_node **gather; /* nodes of the 16 KiB chase, any order */
};

/**
 * Fill @p data. The same each time.
 *
 * @param[in] allocate Returns zeroed memory at a multiple of 64, for good.
 */
void bench_fill(struct bench_data *data, void *(*allocate)(unsigned long size));

#endif /* BENCH_DATA_H */
