/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * The kernel's allocators, from the program's own heap. The first three are
 * what <linux/slab.h> is made to call (include/fathom/kernel/linux/slab.h).
 */
#include <stdlib.h>
#include <string.h>

#include "kernel_stand_in.h"
#include "libc_prototypes.h"
#include "remote_string.h"

/* Always zeroed, so that it does not matter which bit __GFP_ZERO is. */
void *__fathom_kmalloc(size_t count, size_t size, unsigned int flags);
void *__fathom_kmalloc(size_t count, size_t size, unsigned int flags)
{
	size_t total;

	(void)flags;
	if (__builtin_mul_overflow(count, size, &total))
		return NULL;
	return calloc(1, total);
}

/* The kernel's kfree() takes NULL and ZERO_SIZE_PTR. */
static int is_nothing(const void *ptr)
{
	return (uintptr_t)ptr <= 16;
}

void *__fathom_krealloc(const void *ptr, size_t count, size_t size,
			unsigned int flags);
void *__fathom_krealloc(const void *ptr, size_t count, size_t size,
			unsigned int flags)
{
	if (is_nothing(ptr))
		return __fathom_kmalloc(count, size, flags);
	return reallocarray(fathom_writable((void *)ptr, 0, NULL), count, size);
}

void __fathom_kfree(const void *ptr);
FATHOM_STAND_IN(__fathom_kfree);
void __fathom_kfree(const void *ptr)
{
	if (!is_nothing(ptr))
		free(fathom_writable((void *)ptr, 0, NULL));
}

/* For inlines that were compiled before they could be told. */
void kfree(const void *ptr);
FATHOM_STAND_IN(kfree);
void kfree(const void *ptr)
{
	__fathom_kfree(ptr);
}

void kvfree(const void *ptr);
FATHOM_STAND_IN(kvfree);
void kvfree(const void *ptr)
{
	__fathom_kfree(ptr);
}

char *kstrdup(const char *string, unsigned int flags);
FATHOM_STAND_IN(kstrdup);
char *kstrdup(const char *string, unsigned int flags)
{
	(void)flags;
	return string ? __fathom_strdup(NULL, string) : NULL;
}

char *kstrndup(const char *string, size_t max, unsigned int flags);
FATHOM_STAND_IN(kstrndup);
char *kstrndup(const char *string, size_t max, unsigned int flags)
{
	(void)flags;
	return string ? __fathom_strndup(NULL, string, max) : NULL;
}

/* Raises its faults before anything is allocated. */
static void *duplicate(const void *src, size_t size)
{
	void *ret;

	fathom_access(src, size, NULL);
	ret = malloc(size ? size : 1);
	return ret ? __fathom_memcpy(NULL, ret, src, size) : NULL;
}

void *kmemdup(const void *src, size_t size, unsigned int flags);
FATHOM_STAND_IN(kmemdup);
void *kmemdup(const void *src, size_t size, unsigned int flags)
{
	(void)flags;
	return duplicate(src, size);
}

void *kmemdup_noprof(const void *src, size_t size, unsigned int flags);
FATHOM_STAND_IN(kmemdup_noprof);
void *kmemdup_noprof(const void *src, size_t size, unsigned int flags)
{
	(void)flags;
	return duplicate(src, size);
}
