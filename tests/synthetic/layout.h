/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Where the synthetic kernel's parts lie in the target: which memory of this
 * process stands for which addresses, and how pointers are turned from one
 * into the other.
 */
#ifndef SYNTHETIC_LAYOUT_H
#define SYNTHETIC_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "physical.h"

#define LAYOUT_RANGES 16

/** Memory of this process that appears at another address in the target. */
struct layout_range {
	const char *local;
	uint64_t size;
	uint64_t target;
};

struct layout {
	struct physical *physical;
	struct layout_range ranges[LAYOUT_RANGES];
	size_t range_count;
	uint64_t page_offset; /* the direct map's first address */
	uint64_t vmalloc_start;
	uint64_t vmemmap_start;
	uint64_t image_virtual; /* of _text */
	uint64_t image_physical;
	uint64_t image_used; /* bytes */
	uint64_t image_size; /* bytes set aside */
};

/* Start of the kernel map; where KASLR moved a kernel linked at the default. */
#define LAYOUT_KERNEL_MAP     UINT64_C(0xffffffff80000000)
#define LAYOUT_KERNEL_OFFSET  UINT64_C(0x12400000)
#define LAYOUT_KERNEL_DEFAULT UINT64_C(0xffffffff81000000)

/** Set aside the kernel image and build the maps of kernel and memory. */
void layout_open(struct layout *layout, struct physical *physical,
		 uint64_t image_size);

/** Take room in the image; returns its virtual address. */
uint64_t layout_take_image(struct layout *layout, uint64_t size,
			   uint64_t alignment);

/** The bytes at @p address of the image. */
void *layout_image_at(const struct layout *layout, uint64_t address,
		      uint64_t size);

/** Say that [local, local + size) is at @p target. */
void layout_add_range(struct layout *layout, const void *local, uint64_t size,
		      uint64_t target);

/** The target address of a local one; false when it has none. */
bool layout_translate(const struct layout *layout, uint64_t local,
		      uint64_t *target);

/**
 * Copy @p size bytes from @p from to @p to, each aligned word that points
 * into a range replaced by the target address. Ends the program when a word
 * points to memory of this process that is in no range.
 */
void layout_copy(const struct layout *layout, void *to, const void *from,
		 uint64_t size);

/** Copy the slab and vmalloc arenas and map the latter. */
void layout_place_arenas(struct layout *layout);
void layout_copy_arenas(struct layout *layout);

#endif /* SYNTHETIC_LAYOUT_H */
