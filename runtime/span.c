/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* One translation for all accesses of a counted loop: abi.h, __fathom_span().
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <fathom/abi.h>

#include "access.h"
#include "target_state.h"
#include "thread.h"
#include "time_limit.h"
#include "view.h"

/* More is better fetched as the loop goes: it may well end early. */
#define MAX_SPAN (64ll << 20)

/* The bytes from the lowest access to the end of the highest one. */
static bool extent(uint64_t start, uint64_t backedges, int64_t stride,
		   uint64_t size, uint64_t *low, uint64_t *length)
{
	__int128 last = (__int128)backedges * stride;
	__int128 below = last < 0 ? last : 0;
	__int128 above = last > 0 ? last : 0;

	if (!size || size > MAX_SPAN ||
	    above - below > MAX_SPAN - (int64_t)size)
		return false;
	*low = start + (uint64_t)below;
	*length = (uint64_t)(above - below) + size;
	return true;
}

void *__fathom_span(fathom_u64 base, fathom_u64 start, fathom_u64 backedges,
		    long long stride, fathom_u64 size)
{
	struct fathom_target *target = fathom_default;
	struct fathom_view_result result = {0};
	struct fathom_span *span;
	uint64_t length;
	uint64_t low;

	if (fathom_is_local((const void *)(uintptr_t)base))
		return (void *)(uintptr_t)start;
	if (!target || fathom_time_is_over() ||
	    !extent(start, backedges, stride, size, &low, &length) ||
	    fathom_target_refuses(target, low, length))
		return NULL;
	/* Writes of the loop would not be in a copy of two chunks. */
	if (fathom_view_is_written(target->view) &&
	    low >> FATHOM_CHUNK_SHIFT !=
		    (low + length - 1) >> FATHOM_CHUNK_SHIFT)
		return NULL;
	fathom_thread_enter();
	span = fathom_view_span(target->view, target->kernel_space, low, length,
				&result);
	if (span)
		result = fathom_view_fill(target->view, span, low, length);
	fathom_thread_leave();
	if (!span || result.reason)
		return NULL;
	return fathom_span_local(span, low) + (start - low);
}
