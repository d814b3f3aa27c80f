/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* mem*() for pointers that may be the target's: see abi.h. */
#include <string.h>

#include "access.h"
#include "libc_prototypes.h"
#include "remote_string.h"

void *__fathom_memcpy(const struct fathom_site *site, void *dst,
		      const void *src, size_t size)
{
	if (!size)
		return dst;
	if (fathom_is_local(dst) && fathom_is_local(src))
		return memcpy(dst, src, size);
	/* Pointers in there must not become pointers into this process. */
	__fathom_copy(dst, src, size, NULL, site);
	return dst;
}

void *__fathom_memmove(const struct fathom_site *site, void *dst,
		       const void *src, size_t size)
{
	if (fathom_is_local(dst) && fathom_is_local(src))
		return memmove(dst, src, size);
	return __fathom_memcpy(site, dst, src, size);
}

void *__fathom_mempcpy(const struct fathom_site *site, void *dst,
		       const void *src, size_t size)
{
	return (char *)__fathom_memcpy(site, dst, src, size) + size;
}

void *__fathom_memset(const struct fathom_site *site, void *dst, int c,
		      size_t size)
{
	if (!size)
		return dst;
	memset(fathom_writable(dst, size, site), c, size);
	return dst;
}

int __fathom_memcmp(const struct fathom_site *site, const void *a,
		    const void *b, size_t size)
{
	struct fathom_cursor left, right;

	fathom_cursor_init(&left, a, site);
	fathom_cursor_init(&right, b, site);
	left.budget = right.budget = SIZE_MAX;
	while (size) {
		size_t run = size;
		int order;

		if (!left.left)
			fathom_cursor_refill(&left);
		if (!right.left)
			fathom_cursor_refill(&right);
		if (run > left.left)
			run = left.left;
		if (run > right.left)
			run = right.left;
		order = memcmp(left.data, right.data, run);
		if (order)
			return order;
		left.data += run;
		left.left -= run;
		right.data += run;
		right.left -= run;
		size -= run;
	}
	return 0;
}

int __fathom_bcmp(const struct fathom_site *site, const void *a, const void *b,
		  size_t size)
{
	return __fathom_memcmp(site, a, b, size);
}

void *__fathom_memchr(const struct fathom_site *site, const void *block, int c,
		      size_t size)
{
	size_t done = 0;

	if (fathom_is_local(block))
		return memchr(block, c, size);
	while (done < size) {
		const char *at = (const char *)block + done;
		size_t length, rest = fathom_page_rest(at);
		const char *run = fathom_access_run(
			at, rest < size - done ? rest : size - done, &length,
			site);
		const char *found = memchr(run, c, length);

		if (found)
			return (char *)at + (found - run);
		done += length;
	}
	return NULL;
}

/* Address in the object of @block of a match in its local copy. */
static void *translate_back(const void *block, const void *copy,
			    const void *match)
{
	if (!match)
		return NULL;
	return (char *)block + ((const char *)match - (const char *)copy);
}

void *__fathom_memrchr(const struct fathom_site *site, const void *block, int c,
		       size_t size)
{
	const void *copy;

	if (!size)
		return NULL;
	copy = fathom_access(block, size, site);
	return translate_back(block, copy, memrchr(copy, c, size));
}

void *__fathom_memmem(const struct fathom_site *site, const void *haystack,
		      size_t haystack_size, const void *needle,
		      size_t needle_size)
{
	const void *copy;

	if (!needle_size)
		return (void *)haystack;
	if (needle_size > haystack_size)
		return NULL;
	needle = fathom_access(needle, needle_size, site);
	copy = fathom_access(haystack, haystack_size, site);
	return translate_back(haystack, copy,
			      memmem(copy, haystack_size, needle, needle_size));
}
