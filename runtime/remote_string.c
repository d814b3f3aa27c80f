/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
#include <string.h>

#include "access.h"
#include "remote_string.h"

/* No string of a kernel comes near; the tables of kallsyms are smaller. */
#define LONGEST_STRING (4u << 20)

static size_t longest_string(void)
{
	return __fathom_loop_limit > LONGEST_STRING ? __fathom_loop_limit
						    : LONGEST_STRING;
}

void fathom_cursor_init(struct fathom_cursor *cursor, const void *ptr,
			const struct fathom_site *site)
{
	*cursor = (struct fathom_cursor){
		.next = ptr,
		.budget = longest_string(),
		.site = site,
	};
}

void fathom_cursor_refill(struct fathom_cursor *cursor)
{
	if (fathom_is_local(cursor->next)) {
		cursor->data = (const unsigned char *)cursor->next;
		cursor->left = PTRDIFF_MAX;
	} else {
		if (!cursor->budget)
			__fathom_loop_exceeded(cursor->site);
		cursor->data = fathom_access_run(cursor->next,
						 fathom_page_rest(cursor->next),
						 &cursor->left, cursor->site);
		if (cursor->left > cursor->budget)
			cursor->left = cursor->budget;
		cursor->budget -= cursor->left;
	}
	cursor->next += cursor->left;
}

size_t fathom_string_length(const char *string, size_t max,
			    const struct fathom_site *site)
{
	struct fathom_cursor cursor;
	size_t length = 0;

	if (!max)
		return 0;
	if (fathom_is_local(string))
		return strnlen(string, max);
	fathom_cursor_init(&cursor, string, site);
	while (length < max) {
		const unsigned char *end;

		fathom_cursor_refill(&cursor);
		if (cursor.left > max - length)
			cursor.left = max - length;
		end = memchr(cursor.data, '\0', cursor.left);
		if (end)
			return length + (end - cursor.data);
		length += cursor.left;
	}
	return max;
}

const char *fathom_string(const char *string, const struct fathom_site *site)
{
	if (fathom_is_local(string))
		return string;
	return fathom_access(
		string, fathom_string_length(string, SIZE_MAX, site) + 1, site);
}
