/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Where the kernel's image lies, by the page tables alone. (The agent walks
 * tables, too, but tells what it read and not where; and the layout of the
 * mappings is the surest sign of a kernel.)
 */
#ifndef FATHOM_RUNTIME_PAGING_H
#define FATHOM_RUNTIME_PAGING_H

#include <stddef.h>
#include <stdint.h>

#include <fathom/error.h>

struct fathom_client;

/*
 * Kernel text mapping, with KASLR (Documentation/arch/x86/x86_64/mm.rst):
 * 1 GiB, which is exactly what one page of 2 MiB entries maps.
 */
#define FATHOM_TEXT_START 0xffffffff80000000ull
#define FATHOM_TEXT_END	  0xffffffffc0000000ull
#define FATHOM_LARGE_PAGE (2ull << 20)

/** Page tables to go by. */
struct fathom_tables {
	uint64_t root;	     /* physical, 4 KiB aligned */
	unsigned int levels; /* 4 or 5 */
};

/** A stretch of the text range that is one physical stretch, too. */
struct fathom_image {
	struct fathom_tables tables;
	uint64_t base; /* virtual, 2 MiB aligned */
	uint64_t physical;
	uint64_t size; /* may have unmapped holes inside, not at the ends */
};

/* Images one set of tables is searched for. */
#define FATHOM_MAX_IMAGES 8

/** The address space to READ by, for the agent. */
uint64_t fathom_tables_space(const struct fathom_tables *tables);

/**
 * Translate a virtual address as the processor would (SDM vol. 3A, 4.5).
 *
 * @return FATHOM_ERROR_FAULT at @p address if it is not mapped.
 */
struct fathom_error *fathom_tables_walk(struct fathom_client *client,
					const struct fathom_tables *tables,
					uint64_t address, uint64_t *physical);

/**
 * Find what could be a kernel image in the text range.
 *
 * @param[in] hints Addresses that should lie in it: an image with more of them
 * comes first. Among equals, the lowest does.
 * @param[out] ret Up to FATHOM_MAX_IMAGES.
 * @return FATHOM_ERROR_FAULT if nothing is mapped there.
 */
struct fathom_error *
fathom_images_find(struct fathom_client *client,
		   const struct fathom_tables *tables, const uint64_t *hints,
		   size_t hint_count, struct fathom_image *ret, size_t *count);

#endif /* FATHOM_RUNTIME_PAGING_H */
