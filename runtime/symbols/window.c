/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Reading the surroundings of a token table.
 */
#include <stdlib.h>

#include "../client.h"
#include "window.h"

/* Names lie below the token table, offsets above (since 6.4) or below it. */
static const struct {
	uint64_t below, above;
} steps[FATHOM_WINDOW_STEPS] = {
	{4ull << 20, 1ull << 20},
	{32ull << 20, 16ull << 20},
};

struct fathom_error *fathom_window_read(struct fathom_client *client,
					uint64_t digits, unsigned int step,
					uint64_t low, uint64_t high,
					struct fathom_window *ret)
{
	struct fathom_client_item item = {.space = FATHOM_SPACE_PHYSICAL};
	struct fathom_error *error;

	if (digits - low > steps[step].below)
		low = digits - steps[step].below;
	if (high - digits > steps[step].above)
		high = digits + steps[step].above;
	/* Keeps what is aligned in the image aligned in the window. */
	low &= ~4095ull;
	*ret = (struct fathom_window){malloc(high - low), 0, low};
	if (!ret->data)
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "no memory to search kallsyms");
	item.address = low;
	item.buffer = ret->data;
	item.length = high - low;
	error = fathom_client_readv(client, &item, 1);
	if (!error && low + item.done <= digits)
		error = fathom_error_fault(
			low + item.done, "kernel image: %s",
			fathom_client_status_string(item.status));
	ret->size = item.done;
	if (error)
		fathom_window_release(ret);
	return error;
}

void fathom_window_release(struct fathom_window *window)
{
	free(window->data);
	*window = (struct fathom_window){};
}
