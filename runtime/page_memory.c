/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Pages that were read lately: see page_memory.h. */
#include "page_memory.h"

#include <string.h>

#include <fathom/secret.h>
#include <fathom/wire.h>

struct fathom_page_memory {
	uint64_t added; /* since it was empty */
	uint64_t pages[FATHOM_PAGE_MEMORY_PAGES];
	uint8_t bytes[FATHOM_PAGE_MEMORY_PAGES][FATHOM_WIRE_PAGE_SIZE];
};

struct fathom_page_memory *fathom_page_memory_create(void)
{
	return fathom_secret_alloc(sizeof(struct fathom_page_memory));
}

void fathom_page_memory_destroy(struct fathom_page_memory *memory)
{
	fathom_secret_free(memory, sizeof(*memory));
}

void fathom_page_memory_clear(struct fathom_page_memory *memory)
{
	memory->added = 0;
}

const uint8_t *fathom_page_memory_find(const struct fathom_page_memory *memory,
				       uint64_t page)
{
	uint64_t i;

	for (i = 0; i < memory->added && i < FATHOM_PAGE_MEMORY_PAGES; i++)
		if (memory->pages[i] == page)
			return memory->bytes[i];
	return NULL;
}

void fathom_page_memory_add(struct fathom_page_memory *memory, uint64_t page,
			    const uint8_t *bytes)
{
	uint64_t place = memory->added++ % FATHOM_PAGE_MEMORY_PAGES;

	memory->pages[place] = page;
	memcpy(memory->bytes[place], bytes, FATHOM_WIRE_PAGE_SIZE);
}
