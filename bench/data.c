/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
#include "data.h"

/* Knuth's MMIX generator; the high bits are the good ones. */
static unsigned long draw(unsigned long *state, unsigned long bound)
{
	*state = *state * 6364136223846793005ul + 1442695040888963407ul;
	return (*state >> 33) % bound;
}

/* One cycle through all nodes (Sattolo's shuffle): no lap is shorter. */
static struct bench_node *make_chase(unsigned long size,
				     void *(*allocate)(unsigned long size))
{
	unsigned long count = size / sizeof(struct bench_node);
	struct bench_node *nodes = allocate(size);
	unsigned long state = count, i;

	for (i = 0; i < count; i++) {
		nodes[i].number = i;
		nodes[i].next = &nodes[i];
	}
	for (i = count - 1; i > 0; i--) {
		unsigned long other = draw(&state, i);
		struct bench_node *next = nodes[i].next;

		nodes[i].next = nodes[other].next;
		nodes[other].next = next;
	}
	return nodes;
}

static void name(char *comm, unsigned long number)
{
	int i;

	for (i = 0; i < 8; i++)
		comm[i] = 'a' + (number >> i * 2) % 16;
}

static struct bench_job *make_jobs(void *(*allocate)(unsigned long size))
{
	struct bench_job *jobs = allocate(BENCH_JOBS * sizeof(*jobs));
	unsigned long i;

	for (i = 0; i < BENCH_JOBS; i++) {
		jobs[i].state = i % 7;
		jobs[i].flags = i * 64;
		jobs[i].pid = i + 1;
		jobs[i].tgid = i / 2;
		jobs[i].start_time = i * 1000;
		jobs[i].uid = i % 3 * 1000;
		jobs[i].gid = i % 5 * 100;
		name(jobs[i].comm, i);
		jobs[i].next = i + 1 < BENCH_JOBS ? &jobs[i + 1] : NULL;
	}
	return jobs;
}

static void make_tasks(struct list_head *head,
		       void *(*allocate)(unsigned long size))
{
	struct list_head *last = head;
	unsigned long i;

	for (i = 0; i < BENCH_TASKS; i++) {
		struct task_struct *task = allocate(sizeof(*task));

		task->__state = i % 7;
		task->flags = i * 64;
		task->pid = i + 1;
		task->tgid = i / 2;
		task->start_time = i * 1000;
		task->static_prio = 100 + i % 40;
		name(task->comm, i);
		task->tasks.prev = last;
		last->next = &task->tasks;
		last = &task->tasks;
	}
	last->next = head;
	head->prev = last;
}

void bench_fill(struct bench_data *data, void *(*allocate)(unsigned long size))
{
	static const unsigned long sizes[] = BENCH_CHASE_BYTES;
	unsigned long state = 1, i;

	for (i = 0; i < BENCH_CHASES; i++)
		data->chase[i] = make_chase(sizes[i], allocate);
	data->jobs = make_jobs(allocate);
	make_tasks(&data->tasks, allocate);
	data->bytes = allocate(BENCH_BYTES);
	for (i = 0; i + 1 < BENCH_BYTES; i++)
		data->bytes[i] = 1 + draw(&state, 255);
	data->gather = allocate(BENCH_GATHERS * sizeof(*data->gather));
	for (i = 0; i < BENCH_GATHERS; i++)
		data->gather[i] = data->chase[BENCH_CHASE_16K] +
				  draw(&state, sizes[BENCH_CHASE_16K] /
						       sizeof(**data->gather));
}
