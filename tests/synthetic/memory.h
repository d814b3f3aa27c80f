/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The synthetic kernel's memory, as the code that fills it sees it: ordinary
 * memory of this process. The generator copies it into a dump afterwards and
 * turns every pointer into a target address; a natively compiled program uses
 * it where it is. Needs no libc header, so that files compiled with the
 * kernel's headers can include it.
 */
#ifndef SYNTHETIC_MEMORY_H
#define SYNTHETIC_MEMORY_H

#define SYNTHETIC_PAGE 4096ul
#define SYNTHETIC_CPUS 4

/** A stretch of the target's address space and the memory that stands for it.
 */
struct synthetic_arena {
	char *base;
	unsigned long size;
	unsigned long used;
};

/* Stands for the direct map of physical memory: contiguous, no holes. */
extern struct synthetic_arena synthetic_slab;
/* Stands for the vmalloc area: 4 KiB pages, a hole after each allocation. */
extern struct synthetic_arena synthetic_vmalloc_area;

/* Where each CPU's copy of the per-CPU section lies, in synthetic_slab. */
extern char *synthetic_per_cpu_area[SYNTHETIC_CPUS];

/** Zeroed memory, aligned to 64 bytes. Ends the program when there is none. */
void *synthetic_alloc(unsigned long size);

/** The same at a multiple of @p alignment, a power of two. */
void *synthetic_alloc_aligned(unsigned long size, unsigned long alignment);

/**
 * Zeroed pages, followed by an unmapped one. What follows the last byte in
 * its page is zeros: an object that must end at the hole is placed by the
 * caller.
 */
void *synthetic_vmalloc(unsigned long size);

/** Whether page number @p page of the vmalloc area is mapped. */
int synthetic_vmalloc_mapped(unsigned long page);

/** Fill all objects (objects.c and the files it calls). Once per process. */
void synthetic_populate(void);

/** A name of the synthetic kernel's symbol table. */
struct synthetic_symbol {
	const char *name;
	const void *address;
	unsigned long type; /* as in /proc/kallsyms */
};

#define SYNTHETIC_SYMBOL(symbol, kind)                                  \
	static const struct synthetic_symbol synthetic_symbol_##symbol  \
		__attribute__((used, section("synthetic_symbols"))) = { \
			#symbol, (const void *)&symbol, kind}

#endif /* SYNTHETIC_MEMORY_H */
