/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
#include <err.h>
#include <stdio.h>
#include <string.h>

#include "layout.h"
#include "memory.h"

#define MAPPINGS 256

/* As KASLR could have chosen them, for 4 and for 5 levels. */
static const struct {
	uint64_t page_offset, vmalloc_start, vmemmap_start;
} bases[2] = {
	{0xffff9b4000000000, 0xffffa64000000000, 0xffffe20000000000},
	{0xff113b4000000000, 0xffa00a4000000000, 0xffd4000000000000},
};

static uint64_t round_up(uint64_t size, uint64_t alignment)
{
	return (size + alignment - 1) & ~(alignment - 1);
}

void layout_open(struct layout *layout, struct physical *physical,
		 uint64_t image_size)
{
	size_t mode = physical->levels == 5;

	layout->physical = physical;
	layout->page_offset = bases[mode].page_offset;
	layout->vmalloc_start = bases[mode].vmalloc_start;
	layout->vmemmap_start = bases[mode].vmemmap_start;
	layout->image_virtual = LAYOUT_KERNEL_DEFAULT + LAYOUT_KERNEL_OFFSET;
	layout->image_size = round_up(image_size, HUGE_SIZE);
	layout->image_physical =
		physical_take(physical, layout->image_size, HUGE_SIZE);
}

uint64_t layout_take_image(struct layout *layout, uint64_t size,
			   uint64_t alignment)
{
	uint64_t start = round_up(layout->image_used, alignment);

	if (start + size > layout->image_size)
		errx(1, "the kernel image is too small");
	layout->image_used = start + size;
	return layout->image_virtual + start;
}

void *layout_image_at(const struct layout *layout, uint64_t address,
		      uint64_t size)
{
	return physical_at(layout->physical,
			   layout->image_physical +
				   (address - layout->image_virtual),
			   size);
}

void layout_add_range(struct layout *layout, const void *local, uint64_t size,
		      uint64_t target)
{
	if (layout->range_count == LAYOUT_RANGES)
		errx(1, "too many ranges");
	layout->ranges[layout->range_count++] =
		(struct layout_range){local, size, target};
}

bool layout_translate(const struct layout *layout, uint64_t local,
		      uint64_t *target)
{
	const struct layout_range *range;

	for (size_t i = 0; i < layout->range_count; i++) {
		range = &layout->ranges[i];
		if (local - (uint64_t)range->local >= range->size)
			continue;
		*target = local - (uint64_t)range->local + range->target;
		return true;
	}
	return false;
}

/* Whether @address is memory of this process. */
static bool is_mapped_here(uint64_t address)
{
	static struct {
		uint64_t start, end;
	} mappings[MAPPINGS];
	static size_t count;
	char line[512];
	FILE *file;

	if (!count) {
		file = fopen("/proc/self/maps", "re");
		if (!file)
			err(1, "/proc/self/maps");
		while (count < MAPPINGS && fgets(line, sizeof(line), file))
			if (sscanf(line, "%lx-%lx", &mappings[count].start,
				   &mappings[count].end) == 2)
				count++;
		fclose(file);
	}
	for (size_t i = 0; i < count; i++)
		if (address >= mappings[i].start && address < mappings[i].end)
			return true;
	return false;
}

void layout_copy(const struct layout *layout, void *to, const void *from,
		 uint64_t size)
{
	const char *source = from;
	uint64_t word, target;

	for (uint64_t i = 0; i < size; i += sizeof(word)) {
		uint64_t step = size - i < sizeof(word) ? size - i
							: sizeof(word);

		word = 0;
		memcpy(&word, source + i, step);
		if (!word)
			continue;
		if (layout_translate(layout, word, &target))
			word = target;
		else if (is_mapped_here(word))
			errx(1, "%p points to %#lx, outside what is copied",
			     (const void *)(source + i), word);
		memcpy((char *)to + i, &word, step);
	}
}

void layout_place_arenas(struct layout *layout)
{
	uint64_t slab = physical_take(layout->physical,
				      round_up(synthetic_slab.used, HUGE_SIZE),
				      HUGE_SIZE);

	layout_add_range(layout, synthetic_slab.base, synthetic_slab.used,
			 layout->page_offset + slab);
	layout_add_range(layout, synthetic_vmalloc_area.base,
			 synthetic_vmalloc_area.used, layout->vmalloc_start);
}

/* Later pages lie lower, so that neighbours are never neighbours in RAM. */
static void copy_vmalloc_area(struct layout *layout)
{
	uint64_t count = synthetic_vmalloc_area.used / PAGE_SIZE;
	uint64_t pages =
		physical_take(layout->physical, count * PAGE_SIZE, PAGE_SIZE);

	for (uint64_t page = 0; page < count; page++) {
		uint64_t address = pages + (count - 1 - page) * PAGE_SIZE;

		if (!synthetic_vmalloc_mapped(page))
			continue;
		layout_copy(layout,
			    physical_at(layout->physical, address, PAGE_SIZE),
			    synthetic_vmalloc_area.base + page * PAGE_SIZE,
			    PAGE_SIZE);
		physical_map(layout->physical,
			     layout->vmalloc_start + page * PAGE_SIZE, address,
			     PAGE_SIZE);
	}
}

void layout_copy_arenas(struct layout *layout)
{
	uint64_t target = 0;

	if (!layout_translate(layout, (uint64_t)synthetic_slab.base, &target))
		errx(1, "the slab was not placed");
	layout_copy(layout,
		    physical_at(layout->physical, target - layout->page_offset,
				synthetic_slab.used),
		    synthetic_slab.base, synthetic_slab.used);
	copy_vmalloc_area(layout);
}
