/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Whole pages: see slab.h. */
#include_next <linux/gfp.h>

#ifndef FATHOM_PROC_LINUX_GFP_H
#define FATHOM_PROC_LINUX_GFP_H

void *source_allocate(size_t count, size_t size) __attribute__((__malloc__));

#undef __get_free_pages
#undef __get_free_page
#undef get_zeroed_page
#undef free_pages
#undef free_page

/* A cast from a pointer: the pass shall see that the number is one of ours. */
#define __get_free_pages(flags, order) \
	((unsigned long)source_allocate(1UL << (order), PAGE_SIZE))
#define __get_free_page(flags)	 __get_free_pages(flags, 0)
#define get_zeroed_page(flags)	 __get_free_pages(flags, 0)
#define free_pages(pages, order) ((void)(pages))
#define free_page(page)		 ((void)(page))

#endif /* FATHOM_PROC_LINUX_GFP_H */
