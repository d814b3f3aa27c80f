/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Allocation by the kernel's code: all of it is released when the file that it
 * was for has been printed (memory.c), also if a fault ended that.
 */
#include_next <linux/slab.h>

#ifndef FATHOM_PROC_LINUX_SLAB_H
#define FATHOM_PROC_LINUX_SLAB_H

void *source_allocate(size_t count, size_t size) __attribute__((__malloc__));
void *source_reallocate(const void *ptr, size_t count, size_t size);
void *source_allocate_from(struct kmem_cache *cache)
	__attribute__((__malloc__));
char *source_duplicate(const char *string) __attribute__((__malloc__));

#undef kmalloc
#undef kmalloc_array
#undef kmalloc_node
#undef kzalloc
#undef kzalloc_node
#undef kcalloc
#undef krealloc
#undef krealloc_array
#undef kvmalloc
#undef kvzalloc
#undef kvcalloc
#undef kvmalloc_array
#undef kmalloc_track_caller
#undef kmem_cache_alloc
#undef kmem_cache_zalloc
#undef kmem_cache_free
#undef kfree
#undef kfree_sensitive
#undef kvfree

/* Always zeroed, so __GFP_ZERO does not matter. */
#define kmalloc(size, flags)		  source_allocate(1, size)
#define kmalloc_array(count, size, flags) source_allocate(count, size)
#define kmalloc_node(size, flags, node)	  source_allocate(1, size)
#define kzalloc(size, flags)		  source_allocate(1, size)
#define kzalloc_node(size, flags, node)	  source_allocate(1, size)
#define kcalloc(count, size, flags)	  source_allocate(count, size)
#define krealloc(ptr, size, flags)	  source_reallocate(ptr, 1, size)
#define krealloc_array(ptr, count, size, flags) \
	source_reallocate(ptr, count, size)
#define kvmalloc(size, flags)		   source_allocate(1, size)
#define kvzalloc(size, flags)		   source_allocate(1, size)
#define kvcalloc(count, size, flags)	   source_allocate(count, size)
#define kvmalloc_array(count, size, flags) source_allocate(count, size)
#define kmalloc_track_caller(size, flags)  source_allocate(1, size)
#define kmem_cache_alloc(cache, flags)	   source_allocate_from(cache)
#define kmem_cache_zalloc(cache, flags)	   source_allocate_from(cache)
#define kmem_cache_free(cache, ptr)	   ((void)(cache), (void)(ptr))
#define kfree(ptr)			   ((void)(ptr))
#define kfree_sensitive(ptr)		   ((void)(ptr))
#define kvfree(ptr)			   ((void)(ptr))
#define kstrdup(string, flags)		   source_duplicate(string)

#endif /* FATHOM_PROC_LINUX_SLAB_H */
