/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * bench-reads: cached reads of the target side by side with the same loops
 * over the same data in this process. Prints, tab-separated and one a line,
 *
 *   cycle  NANOSECONDS                of one cycle of the processor's clock
 *   loop   NAME UNIT PLAIN FATHOM PLAIN-INSTRUCTIONS FATHOM-INSTRUCTIONS
 *
 * with nanoseconds and instructions for each unit of work; 0 instructions
 * where they were not counted.
 */
#include <argp.h>
#include <err.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "instructions.h"
#include "local.h"
#include "loops.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof(*(array)))

struct loop {
	const char *name, *unit;
	unsigned long units; /* in a lap */
	unsigned long laps;  /* in one measurement: some milliseconds */
	bool count; /* instructions: those of the others are the same */
	unsigned long (*plain)(unsigned long laps);
	unsigned long (*fathom)(unsigned long laps);
};

#define LOOP(name, unit, units, laps, count) \
	{#name, unit, units, laps, count, plain_##name, fathom_##name}

static const struct loop loops[] = {
	LOOP(chase_16m, "step", 262144, 1, false),
	LOOP(chase_512k, "step", 8192, 100, false),
	LOOP(chase_16k, "step", 256, 4000, true),
	LOOP(scan_array, "struct", 10000, 20, false),
	LOOP(scan_list, "struct", 10000, 20, false),
	LOOP(scan_tasks, "struct", 10000, 10, false),
	LOOP(sum_bytes, "byte", 1048576, 40, false),
	LOOP(hash_bytes, "byte", 1048576, 4, false),
	LOOP(find_end, "byte", 1048576, 4, false),
	LOOP(gather, "load", 1024, 1000, true),
};

struct options {
	double seconds;
	bool quick;
	char **names;
	int name_count;
};

/* A mapping of its own each, as large allocations of malloc() get. */
void *bench_allocate(unsigned long size)
{
	static char *next, *end;
	unsigned long whole = (size + 63) & ~63ul;
	char *memory;

	if ((unsigned long)(end - next) < whole) {
		next = mmap(NULL, whole + (256ul << 20), PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
		if (next == MAP_FAILED)
			err(1, "cannot reserve %lu bytes", whole);
		end = next + whole + (256ul << 20);
	}
	memory = next;
	next += whole;
	return memory;
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static void keep_less(double *best, double value)
{
	if (value < *best)
		*best = value;
}

/* A chain of additions, each of which takes one cycle. */
static double measure_cycle(double seconds)
{
	double end = now() + seconds * 1e9, best = 1e9;

	while (now() < end) {
		unsigned long count = 10000, value = 0;
		double start = now();

		for (; count; count--)
			__asm__ volatile(".rept 100\n\t"
					 "add $1, %0\n\t"
					 ".endr"
					 : "+r"(value));
		keep_less(&best, now() - start);
	}
	return best / 1e6;
}

static void check(const struct loop *loop)
{
	unsigned long plain = loop->plain(1), fathom = loop->fathom(1);

	if (plain != fathom)
		errx(1, "%s: %#lx from this process, %#lx from the target",
		     loop->name, plain, fathom);
}

/* The best of many: whatever disturbs a measurement makes it longer. */
static void measure(const struct loop *loop, double seconds, double *plain,
		    double *fathom)
{
	static volatile unsigned long sink;
	double end = now() + seconds * 1e9, start, middle;

	*plain = *fathom = 1e18;
	do {
		start = now();
		sink = loop->plain(loop->laps);
		middle = now();
		sink = loop->fathom(loop->laps);
		keep_less(plain, middle - start);
		keep_less(fathom, now() - middle);
	} while (now() < end);
	(void)sink;
	*plain /= (double)(loop->laps * loop->units);
	*fathom /= (double)(loop->laps * loop->units);
}

static void run(const struct loop *loop, const struct options *options)
{
	double plain, fathom, units = (double)loop->units;
	unsigned long plain_count = 0, fathom_count = 0;

	check(loop);
	if (options->quick) {
		printf("equal\t%s\n", loop->name);
		return;
	}
	measure(loop, options->seconds, &plain, &fathom);
	if (loop->count) {
		plain_count = bench_count_instructions(loop->plain);
		fathom_count = bench_count_instructions(loop->fathom);
	}
	printf("loop\t%s\t%s\t%.4f\t%.4f\t%.2f\t%.2f\n", loop->name, loop->unit,
	       plain, fathom, (double)plain_count / units,
	       (double)fathom_count / units);
	fflush(stdout);
}

static bool is_wanted(const struct loop *loop, const struct options *options)
{
	for (int i = 0; i < options->name_count; i++)
		if (strcmp(options->names[i], loop->name) == 0)
			return true;
	return options->name_count == 0;
}

enum option_key {
	OPTION_CHECK = 'c',
	OPTION_LIST = 'l',
	OPTION_SECONDS = 's',
};

static const struct argp_option argp_options[] = {
	{"check", OPTION_CHECK, NULL, 0,
	 "Only see that both versions compute the same", 0},
	{"list", OPTION_LIST, NULL, 0, "Print the loops' names", 0},
	{"seconds", OPTION_SECONDS, "NUMBER", 0,
	 "Time for each loop (default: 3)", 0},
	{0},
};

static void list(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(loops); i++)
		puts(loops[i].name);
	exit(0);
}

static void parse_seconds(struct options *options, const char *text,
			  struct argp_state *state)
{
	char *end;

	options->seconds = strtod(text, &end);
	if (*end || end == text || !(options->seconds > 0))
		argp_error(state, "%s: not a time", text);
}

static bool is_name(const char *text)
{
	for (size_t i = 0; i < ARRAY_SIZE(loops); i++)
		if (strcmp(loops[i].name, text) == 0)
			return true;
	return false;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case OPTION_CHECK:
		options->quick = true;
		return 0;
	case OPTION_LIST:
		list();
		return 0;
	case OPTION_SECONDS:
		parse_seconds(options, argument, state);
		return 0;
	case ARGP_KEY_ARGS:
		options->names = state->argv + state->next;
		options->name_count = state->argc - state->next;
		for (int i = 0; i < options->name_count; i++)
			if (!is_name(options->names[i]))
				argp_error(state, "no loop is called %s",
					   options->names[i]);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

int main(int argc, char **argv)
{
	struct options options = {.seconds = 3};
	static const struct argp argp = {
		argp_options,
		parse,
		"[LOOP]...",
		"Measure cached reads of the target that bench-target wrote.",
		NULL,
		NULL,
		NULL};

	argp_parse(&argp, argc, argv, 0, NULL, &options);
	bench_fill_local();
	if (!options.quick)
		printf("cycle\t%.4f\n", measure_cycle(options.seconds));
	for (size_t i = 0; i < ARRAY_SIZE(loops); i++)
		if (is_wanted(&loops[i], &options))
			run(&loops[i], &options);
	return 0;
}
