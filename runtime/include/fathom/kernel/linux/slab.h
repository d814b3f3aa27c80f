/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Allocation from the program's own heap. The kernel's inlines choose among
 * the target's caches, which are not ours to allocate from.
 */
#include_next <linux/slab.h>

#ifndef FATHOM_KERNEL_LINUX_SLAB_H
#define FATHOM_KERNEL_LINUX_SLAB_H

void *__fathom_kmalloc(size_t count, size_t size, gfp_t flags);
void *__fathom_krealloc(const void *ptr, size_t count, size_t size,
			gfp_t flags);
void __fathom_kfree(const void *ptr);

#undef kmalloc
#undef kzalloc
#undef kcalloc
#undef kmalloc_array
#undef krealloc
#undef krealloc_array
#undef kvmalloc
#undef kvzalloc
#undef kvcalloc
#undef kvmalloc_array

#define kmalloc(size, flags)		  __fathom_kmalloc(1, size, flags)
#define kmalloc_array(count, size, flags) __fathom_kmalloc(count, size, flags)
#define kzalloc(size, flags)		  kmalloc(size, (flags) | __GFP_ZERO)
#define kcalloc(count, size, flags) \
	kmalloc_array(count, size, (flags) | __GFP_ZERO)
#define krealloc(ptr, size, flags) __fathom_krealloc(ptr, 1, size, flags)
#define krealloc_array(ptr, count, size, flags) \
	__fathom_krealloc(ptr, count, size, flags)
#define kvmalloc(size, flags)		   kmalloc(size, flags)
#define kvzalloc(size, flags)		   kzalloc(size, flags)
#define kvcalloc(count, size, flags)	   kcalloc(count, size, flags)
#define kvmalloc_array(count, size, flags) kmalloc_array(count, size, flags)
#define kfree(ptr)			   __fathom_kfree(ptr)
#define kfree_sensitive(ptr)		   __fathom_kfree(ptr)
#define kvfree(ptr)			   __fathom_kfree(ptr)

#endif /* FATHOM_KERNEL_LINUX_SLAB_H */
