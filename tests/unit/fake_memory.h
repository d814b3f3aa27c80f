/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * A few pages of a target that is not there, for tests of what is built on
 * runtime/access.h: this stands in for it, and notes what is read.
 */
#ifndef FAKE_MEMORY_H
#define FAKE_MEMORY_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>

#define FAKE_PAGES 8

/** Unmap all pages, fill them with 0xff, forget what was read. */
void fake_memory_reset(void);

/** Make @p page readable; returns where its bytes are. */
char *fake_memory_map(size_t page);

/** Map the pages that @p size bytes at @p offset touch and fill them. */
void fake_memory_put(size_t offset, const void *bytes, size_t size);

/** The target's address of byte @p offset. */
void *fake_address(size_t offset);

/** Whether anything of @p page has been asked for since the reset. */
bool fake_memory_touched(size_t page);

/** Times that __fathom_copy() was called since the reset. */
int fake_memory_copies(void);

extern jmp_buf fake_memory_fault;

/** Assert that @p expression raises a fault. */
#define assert_fault(expression)                               \
	do {                                                   \
		if (!setjmp(fake_memory_fault)) {              \
			(void)(expression);                    \
			fail_msg("no fault: %s", #expression); \
		}                                              \
	} while (0)

#endif /* FAKE_MEMORY_H */
