// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
/*
 * What the kernel's code allocates. It is released all at once: a fault may
 * end that code anywhere, and a hostile kernel must not make us free twice.
 * An IDS of several threads may call that code in all of them.
 */
#include <fathom/ids.h>

#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/slab.h>

/* mm/slab.h, not in the headers of all kernels: the layout of kmem_cache. */
#include <mm/slab.h>

#include "fathom-memory.h"

struct block {
	struct block *next;
	size_t size;
	char bytes[] __aligned(16);
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct block *blocks;
static size_t in_use;

void *source_allocate(size_t count, size_t size)
{
	struct block *block = NULL;
	size_t total;

	if (check_mul_overflow(count, size, &total))
		return NULL;
	pthread_mutex_lock(&lock);
	if (total <= FATHOM_PROC_MEMORY_LIMIT - in_use)
		block = calloc(1, sizeof(*block) + total);
	if (block) {
		block->next = blocks;
		block->size = total;
		blocks = block;
		in_use += total;
	}
	pthread_mutex_unlock(&lock);
	return block ? block->bytes : NULL;
}

void *source_reallocate(const void *ptr, size_t count, size_t size)
{
	const struct block *old = NULL;
	void *ret = source_allocate(count, size);

	if (!ret || !ptr)
		return ret;
	/* Only what this program has allocated is known by its size. */
	pthread_mutex_lock(&lock);
	for (old = blocks; old; old = old->next)
		if (old->bytes == ptr)
			break;
	pthread_mutex_unlock(&lock);
	if (!old)
		return NULL;
	memcpy(ret, ptr, min(old->size, count * size));
	return ret;
}

void *source_allocate_from(struct kmem_cache *cache)
{
	return source_allocate(1, cache->object_size);
}

char *source_duplicate(const char *string)
{
	size_t size = strlen(string) + 1;
	char *ret = source_allocate(1, size);

	if (ret)
		memcpy(ret, string, size);
	return ret;
}

void source_release_memory(void)
{
	pthread_mutex_lock(&lock);
	while (blocks) {
		struct block *block = blocks;

		blocks = block->next;
		free(block);
	}
	in_use = 0;
	pthread_mutex_unlock(&lock);
}

void __fathom_refreshed(void)
{
	source_release_memory();
}
