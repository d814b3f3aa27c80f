/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
#include <err.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "physical.h"

#define TABLE_FLAGS (PTE_PRESENT | PTE_WRITE | PTE_ACCESSED | PTE_DIRTY)
#define LEAF_FLAGS  (TABLE_FLAGS | PTE_GLOBAL | PTE_NX)

void physical_create(struct physical *physical, const char *path, uint64_t size)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

	if (fd < 0 || ftruncate(fd, (off_t)size))
		err(1, "%s", path);
	physical->bytes =
		mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (physical->bytes == MAP_FAILED)
		err(1, "%s", path);
	close(fd);
	physical->size = size;
}

uint64_t physical_take(struct physical *physical, uint64_t size,
		       uint64_t alignment)
{
	uint64_t start = (physical->used + alignment - 1) & ~(alignment - 1);

	if (start > physical->size || size > physical->size - start)
		errx(1, "the synthetic machine needs more memory than %llu MiB",
		     (unsigned long long)physical->size >> 20);
	physical->used = start + size;
	return start;
}

void *physical_at(const struct physical *physical, uint64_t address,
		  uint64_t size)
{
	if (address > physical->size || size > physical->size - address)
		errx(1, "no memory at physical address %#llx",
		     (unsigned long long)address);
	return physical->bytes + address;
}

static uint64_t next_table(struct physical *physical, uint64_t *entry)
{
	if (!*entry)
		*entry = physical_take(physical, PAGE_SIZE, PAGE_SIZE) |
			 TABLE_FLAGS;
	if (*entry & PTE_HUGE)
		errx(1, "a large page is in the way of a small one");
	return *entry & PTE_ADDRESS;
}

void physical_map(struct physical *physical, uint64_t virtual_address,
		  uint64_t address, uint64_t size)
{
	uint64_t table = physical->root;
	unsigned int shift = 12 + 9 * (physical->levels - 1);
	uint64_t *entry;

	for (;; shift -= 9) {
		entry = (uint64_t *)physical_at(physical, table, PAGE_SIZE) +
			(virtual_address >> shift & 511);
		if (1ull << shift == size)
			break;
		table = next_table(physical, entry);
	}
	if (*entry)
		errx(1, "%#llx is mapped twice",
		     (unsigned long long)virtual_address);
	*entry = address | LEAF_FLAGS | (size > PAGE_SIZE ? PTE_HUGE : 0);
}
