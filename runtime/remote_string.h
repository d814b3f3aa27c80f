/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Strings of which it is not known whether they are the program's own or the
 * target's, for the stand-ins of libc. Read page by page, and never beyond
 * the page with the last byte that is needed. All of it may raise a fault.
 */
#ifndef FATHOM_REMOTE_STRING_H
#define FATHOM_REMOTE_STRING_H

#include <stddef.h>
#include <stdint.h>

#include <fathom/abi.h>

/**
 * strnlen(3). A string of the target that is longer than any (4 MiB, or the
 * loop limit if that is more) and than @p max is a fault: it has no end.
 */
size_t fathom_string_length(const char *string, size_t max,
			    const struct fathom_site *site);

/** A readable local copy of the whole string, terminated. */
const char *fathom_string(const char *string, const struct fathom_site *site);

/** A walk over bytes, in runs that are contiguous in local memory. */
struct fathom_cursor {
	const char *next;	   /* address of the run after this one */
	const unsigned char *data; /* what is left of this run */
	size_t left;
	size_t budget; /* bytes of the target before giving up */
	const struct fathom_site *site;
};

void fathom_cursor_init(struct fathom_cursor *cursor, const void *ptr,
			const struct fathom_site *site);

/** Get a new run when the old one is used up. */
void fathom_cursor_refill(struct fathom_cursor *cursor);

/** The byte under the cursor, which moves on. */
static inline unsigned char fathom_cursor_byte(struct fathom_cursor *cursor)
{
	if (!cursor->left)
		fathom_cursor_refill(cursor);
	cursor->left--;
	return *cursor->data++;
}

#endif /* FATHOM_REMOTE_STRING_H */
