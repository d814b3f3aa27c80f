/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Which numbers could be pointers into this process: see local_ranges.h. */
#include "local_ranges.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>

#define GIB (1ull << 30)
#define TIB (1ull << 40)

/* Lower-half addresses end here with 4-level paging. */
#define USER_END (1ull << 47)

/* mmap_base lies below the stack, at most 16 TiB under the end. */
#define MMAP_AREA  (USER_END - 16 * TIB)

#define MAX_RANGES 32

struct range {
	_Atomic uint64_t start;
	_Atomic uint64_t end;
};

/* Ranges are only ever added or widened, so readers need no lock. */
static struct range ranges[MAX_RANGES];
static _Atomic size_t count;
static pthread_mutex_t learning = PTHREAD_MUTEX_INITIALIZER;

bool fathom_may_be_local(uint64_t value)
{
	size_t known = atomic_load_explicit(&count, memory_order_acquire);
	size_t i;

	if (!known)
		return (int64_t)value > 0;
	for (i = 0; i < known; i++) {
		if (value >= atomic_load_explicit(&ranges[i].start,
						  memory_order_relaxed) &&
		    value < atomic_load_explicit(&ranges[i].end,
						 memory_order_relaxed))
			return true;
	}
	return false;
}

bool fathom_local_ranges_cover(const void *memory)
{
	return atomic_load(&count) && fathom_may_be_local((uintptr_t)memory);
}

static void widen(size_t i, uint64_t start, uint64_t end)
{
	if (start < ranges[i].start)
		atomic_store(&ranges[i].start, start);
	if (end > ranges[i].end)
		atomic_store(&ranges[i].end, end);
}

static void add_range(uint64_t start, uint64_t end)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (start <= ranges[i].end && end >= ranges[i].start) {
			widen(i, start, end);
			return;
		}
	}
	/* Too many scattered mappings: the last range takes them all in. */
	if (count == MAX_RANGES) {
		widen(MAX_RANGES - 1, start, end);
		return;
	}
	atomic_store(&ranges[count].start, start);
	atomic_store(&ranges[count].end, end);
	atomic_fetch_add_explicit(&count, 1, memory_order_release);
}

static void add_mapping(uint64_t start, uint64_t end)
{
	if (start >= USER_END)
		return; /* vsyscall, or above what pointers are tagged for */
	if (start >= MMAP_AREA)
		add_range(start - 8 * TIB, USER_END);
	else if (start < 4 * GIB)
		add_range(start, end + GIB);
	else
		add_range(start - (start > 64 * GIB ? 64 * GIB : start),
			  end + 64 * GIB);
}

void fathom_local_ranges_learn(void)
{
	unsigned long long start;
	unsigned long long end;
	FILE *maps = fopen("/proc/self/maps", "re");

	if (!maps)
		return;
	pthread_mutex_lock(&learning);
	while (fscanf(maps, "%llx-%llx%*[^\n]", &start, &end) == 2)
		add_mapping(start, end);
	pthread_mutex_unlock(&learning);
	fclose(maps);
}
