/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * One text, two objects: BENCH_VERSION is plain or fathom, BENCH_ROOT the
 * variable all data hangs on, of this program or of the target.
 */
#include "data.h"
#include "loops.h"

#define JOIN_(version, name) version##_##name
#define JOIN(version, name)  JOIN_(version, name)
#define LOOP(name)	     unsigned long JOIN(BENCH_VERSION, name)(unsigned long laps)

extern struct bench_data BENCH_ROOT;

/* Keeps the compiler from doing the work of all laps in one. */
#define NEXT_LAP(value) __asm__ volatile("" : "+r"(value))

static __always_inline unsigned long chase(enum bench_chase which,
					   unsigned long laps)
{
	static const unsigned long sizes[] = BENCH_CHASE_BYTES;
	unsigned long steps = laps * (sizes[which] / sizeof(struct bench_node));
	struct bench_node *node = BENCH_ROOT.chase[which];

	/* Half a node more, so that the end is not the start. */
	for (steps += 5; steps; steps--)
		node = node->next;
	return node->number;
}

LOOP(chase_16m)
{
	return chase(BENCH_CHASE_16M, laps);
}

LOOP(chase_512k)
{
	return chase(BENCH_CHASE_512K, laps);
}

LOOP(chase_16k)
{
	return chase(BENCH_CHASE_16K, laps);
}

static __always_inline unsigned long look_at(const struct bench_job *job)
{
	return job->state + job->flags + job->pid + job->tgid +
	       job->start_time + job->comm[0] + job->uid + job->gid;
}

LOOP(scan_array)
{
	unsigned long sum = 0, i;

	while (laps--) {
		const struct bench_job *jobs = BENCH_ROOT.jobs;

		for (i = 0; i < BENCH_JOBS; i++)
			sum += look_at(&jobs[i]);
		NEXT_LAP(sum);
	}
	return sum;
}

LOOP(scan_list)
{
	const struct bench_job *job;
	unsigned long sum = 0;

	while (laps--) {
		for (job = BENCH_ROOT.jobs; job; job = job->next)
			sum += look_at(job);
		NEXT_LAP(sum);
	}
	return sum;
}

LOOP(scan_tasks)
{
	struct task_struct *task;
	unsigned long sum = 0;

	while (laps--) {
		list_for_each_entry (task, &BENCH_ROOT.tasks, tasks)
			sum += task->__state + task->flags + task->pid +
			       task->tgid + task->start_time + task->comm[0] +
			       task->static_prio;
		NEXT_LAP(sum);
	}
	return sum;
}

LOOP(sum_bytes)
{
	unsigned long sum = 0, i;

	while (laps--) {
		const unsigned char *bytes = BENCH_ROOT.bytes;

		for (i = 0; i < BENCH_BYTES; i++)
			sum += bytes[i];
		NEXT_LAP(sum);
	}
	return sum;
}

/* FNV-1a: each byte must wait for the one before. */
LOOP(hash_bytes)
{
	unsigned long hash = 0xcbf29ce484222325, i;

	while (laps--) {
		const unsigned char *bytes = BENCH_ROOT.bytes;

		for (i = 0; i < BENCH_BYTES; i++)
			hash = (hash ^ bytes[i]) * 0x100000001b3;
		NEXT_LAP(hash);
	}
	return hash;
}

/* A loop whose end is not known before. */
LOOP(find_end)
{
	unsigned long length = 0;

	while (laps--) {
		const unsigned char *byte = BENCH_ROOT.bytes;

		while (*byte)
			byte++;
		length += byte - BENCH_ROOT.bytes;
		NEXT_LAP(length);
	}
	return length;
}

/* Reads that do not wait for each other. */
LOOP(gather)
{
	unsigned long sum = 0, i;

	while (laps--) {
		struct bench_node **nodes = BENCH_ROOT.gather;

		for (i = 0; i < BENCH_GATHERS; i++)
			sum += nodes[i]->number;
		NEXT_LAP(sum);
	}
	return sum;
}
