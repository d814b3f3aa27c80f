/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/** @file The physical memory of the synthetic machine and its page tables. */
#ifndef SYNTHETIC_PHYSICAL_H
#define SYNTHETIC_PHYSICAL_H

#include <stdint.h>

#define PAGE_SIZE 4096ull
#define HUGE_SIZE (2ull << 20)

/* Bits of page-table entries: SDM vol. 3A, 4.5. */
#define PTE_PRESENT  (1ull << 0)
#define PTE_WRITE    (1ull << 1)
#define PTE_ACCESSED (1ull << 5)
#define PTE_DIRTY    (1ull << 6)
#define PTE_HUGE     (1ull << 7)
#define PTE_GLOBAL   (1ull << 8)
#define PTE_NX	     (1ull << 63)
#define PTE_ADDRESS  0x000ffffffffff000ull

struct physical {
	uint8_t *bytes; /* the dump file, mapped */
	uint64_t size;
	uint64_t used; /* everything below is taken */
	uint64_t root; /* of the page tables */
	unsigned int levels;
};

/** Create the sparse file @p path of @p size bytes. Ends the program if not. */
void physical_create(struct physical *physical, const char *path,
		     uint64_t size);

/** Take @p size bytes at a multiple of @p alignment; returns their address. */
uint64_t physical_take(struct physical *physical, uint64_t size,
		       uint64_t alignment);

/** The bytes at physical address @p address. */
void *physical_at(const struct physical *physical, uint64_t address,
		  uint64_t size);

/** Map one page of @p size (4 KiB, 2 MiB or 1 GiB). */
void physical_map(struct physical *physical, uint64_t virtual_address,
		  uint64_t address, uint64_t size);

#endif /* SYNTHETIC_PHYSICAL_H */
