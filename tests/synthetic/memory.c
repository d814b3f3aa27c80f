/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
#include <err.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>

#include "memory.h"

#define ARENA_SIZE (512ul << 20)
#define HOLE_PAGES (ARENA_SIZE / SYNTHETIC_PAGE)

struct synthetic_arena synthetic_slab;
struct synthetic_arena synthetic_vmalloc_area;

static bool holes[HOLE_PAGES];

static void arena_open(struct synthetic_arena *arena)
{
	if (arena->base)
		return;
	arena->base = mmap(NULL, ARENA_SIZE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (arena->base == MAP_FAILED)
		err(1, "cannot reserve %lu bytes", ARENA_SIZE);
	arena->size = ARENA_SIZE;
}

static void *arena_take(struct synthetic_arena *arena, unsigned long size,
			unsigned long alignment)
{
	unsigned long start;

	arena_open(arena);
	start = (arena->used + alignment - 1) & ~(alignment - 1);
	if (start > arena->size || size > arena->size - start)
		errx(1, "synthetic memory is used up");
	arena->used = start + size;
	return arena->base + start;
}

void *synthetic_alloc_aligned(unsigned long size, unsigned long alignment)
{
	return arena_take(&synthetic_slab, size, alignment);
}

void *synthetic_alloc(unsigned long size)
{
	return synthetic_alloc_aligned(size, 64);
}

void *synthetic_vmalloc(unsigned long size)
{
	unsigned long whole = (size + SYNTHETIC_PAGE - 1) &
			      ~(SYNTHETIC_PAGE - 1);
	char *pages = arena_take(&synthetic_vmalloc_area,
				 whole + SYNTHETIC_PAGE, SYNTHETIC_PAGE);
	char *hole = pages + whole;

	if (mprotect(hole, SYNTHETIC_PAGE, PROT_NONE))
		err(1, "cannot protect a page");
	holes[(hole - synthetic_vmalloc_area.base) / SYNTHETIC_PAGE] = true;
	return pages;
}

int synthetic_vmalloc_mapped(unsigned long page)
{
	return page < synthetic_vmalloc_area.used / SYNTHETIC_PAGE &&
	       !holes[page];
}
