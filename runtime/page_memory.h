/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The last few pages of physical memory that were read, for a reader that
 * comes back to them for a few bytes each time.
 */
#ifndef FATHOM_PAGE_MEMORY_H
#define FATHOM_PAGE_MEMORY_H

#include <stdint.h>

/** As many are kept; a further one takes the place of the oldest. */
#define FATHOM_PAGE_MEMORY_PAGES 64u

struct fathom_page_memory;

/** @return NULL if there is no memory for it. */
struct fathom_page_memory *fathom_page_memory_create(void);

/** NULL does nothing. */
void fathom_page_memory_destroy(struct fathom_page_memory *memory);

/** Have no pages. */
void fathom_page_memory_clear(struct fathom_page_memory *memory);

/** @param[in] page Its address. @return Its bytes, or NULL. */
const uint8_t *fathom_page_memory_find(const struct fathom_page_memory *memory,
				       uint64_t page);

/** Keep a copy of @p bytes as @p page. */
void fathom_page_memory_add(struct fathom_page_memory *memory, uint64_t page,
			    const uint8_t *bytes);

#endif /* FATHOM_PAGE_MEMORY_H */
