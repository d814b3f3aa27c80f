/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* str*() for pointers that may be the target's: see abi.h. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "access.h"
#include "libc_prototypes.h"
#include "remote_string.h"

size_t __fathom_strlen(const struct fathom_site *site, const char *string)
{
	return fathom_string_length(string, SIZE_MAX, site);
}

size_t __fathom_strnlen(const struct fathom_site *site, const char *string,
			size_t max)
{
	return fathom_string_length(string, max, site);
}

static int same(int c)
{
	return c;
}

/* @fold makes bytes equal that are to count as equal. */
static int compare(const char *a, const char *b, size_t max, int (*fold)(int),
		   const struct fathom_site *site)
{
	struct fathom_cursor left, right;

	fathom_cursor_init(&left, a, site);
	fathom_cursor_init(&right, b, site);
	for (; max; max--) {
		int l = fold(fathom_cursor_byte(&left));
		int r = fold(fathom_cursor_byte(&right));

		if (l != r)
			return l - r;
		if (!l)
			return 0;
	}
	return 0;
}

int __fathom_strcmp(const struct fathom_site *site, const char *a,
		    const char *b)
{
	return compare(a, b, SIZE_MAX, same, site);
}

int __fathom_strncmp(const struct fathom_site *site, const char *a,
		     const char *b, size_t max)
{
	return compare(a, b, max, same, site);
}

int __fathom_strcasecmp(const struct fathom_site *site, const char *a,
			const char *b)
{
	return compare(a, b, SIZE_MAX, tolower, site);
}

int __fathom_strncasecmp(const struct fathom_site *site, const char *a,
			 const char *b, size_t max)
{
	return compare(a, b, max, tolower, site);
}

/* Put the @length bytes of a string to @dst, and zeros up to @size. */
static void put(char *dst, const char *src, size_t length, size_t size,
		const struct fathom_site *site)
{
	char *room = fathom_writable(dst, size, site);

	memmove(room, fathom_access(src, length, site), length);
	memset(room + length, '\0', size - length);
}

char *__fathom_stpcpy(const struct fathom_site *site, char *dst,
		      const char *src)
{
	size_t length = fathom_string_length(src, SIZE_MAX, site);

	put(dst, src, length, length + 1, site);
	return dst + length;
}

char *__fathom_strcpy(const struct fathom_site *site, char *dst,
		      const char *src)
{
	__fathom_stpcpy(site, dst, src);
	return dst;
}

char *__fathom_stpncpy(const struct fathom_site *site, char *dst,
		       const char *src, size_t size)
{
	size_t length = fathom_string_length(src, size, site);

	if (size)
		put(dst, src, length, size, site);
	return dst + length;
}

char *__fathom_strncpy(const struct fathom_site *site, char *dst,
		       const char *src, size_t size)
{
	__fathom_stpncpy(site, dst, src, size);
	return dst;
}

size_t __fathom_strlcpy(const struct fathom_site *site, char *dst,
			const char *src, size_t size)
{
	size_t length = fathom_string_length(src, SIZE_MAX, site);
	size_t fitting = length < size ? length : size - 1;

	if (size)
		put(dst, src, fitting, fitting + 1, site);
	return length;
}

ssize_t __fathom_strscpy(const struct fathom_site *site, char *dst,
			 const char *src, size_t size)
{
	size_t fitting;
	size_t length;

	if (!size || size > INT32_MAX)
		return -E2BIG;
	length = fathom_string_length(src, size, site);
	fitting = length < size ? length : size - 1;
	put(dst, src, fitting, fitting + 1, site);
	return length < size ? (ssize_t)length : -E2BIG;
}

char *__fathom_strcat(const struct fathom_site *site, char *dst,
		      const char *src)
{
	fathom_writable(dst, 1, site);
	__fathom_stpcpy(site, dst + __fathom_strlen(site, dst), src);
	return dst;
}

char *__fathom_strncat(const struct fathom_site *site, char *dst,
		       const char *src, size_t max)
{
	size_t length = fathom_string_length(src, max, site);

	fathom_writable(dst, 1, site);
	put(dst + __fathom_strlen(site, dst), src, length, length + 1, site);
	return dst;
}

char *__fathom_strchrnul(const struct fathom_site *site, const char *string,
			 int c)
{
	struct fathom_cursor cursor;
	const char *at = string;
	unsigned char byte;

	if (fathom_is_local(string))
		return strchrnul(string, c);
	fathom_cursor_init(&cursor, string, site);
	for (;; at++) {
		byte = fathom_cursor_byte(&cursor);
		if (!byte || byte == (unsigned char)c)
			return (char *)at;
	}
}

char *__fathom_strchr(const struct fathom_site *site, const char *string, int c)
{
	const char *found;

	if (fathom_is_local(string))
		return strchr(string, c);
	found = __fathom_strchrnul(site, string, c);
	if (*(const char *)fathom_access(found, 1, site) != (char)c)
		return NULL;
	return (char *)found;
}

/* Address in @string of a match in its local copy. */
static char *translate_back(const char *string, const char *copy,
			    const char *match)
{
	return match ? (char *)string + (match - copy) : NULL;
}

char *__fathom_strrchr(const struct fathom_site *site, const char *string,
		       int c)
{
	const char *copy = fathom_string(string, site);

	return translate_back(string, copy, strrchr(copy, c));
}

char *__fathom_strstr(const struct fathom_site *site, const char *haystack,
		      const char *needle)
{
	const char *copy = fathom_string(haystack, site);

	return translate_back(haystack, copy,
			      strstr(copy, fathom_string(needle, site)));
}

char *__fathom_strcasestr(const struct fathom_site *site, const char *haystack,
			  const char *needle)
{
	const char *copy = fathom_string(haystack, site);

	return translate_back(haystack, copy,
			      strcasestr(copy, fathom_string(needle, site)));
}

char *__fathom_strpbrk(const struct fathom_site *site, const char *string,
		       const char *accept)
{
	const char *copy = fathom_string(string, site);

	return translate_back(string, copy,
			      strpbrk(copy, fathom_string(accept, site)));
}

size_t __fathom_strspn(const struct fathom_site *site, const char *string,
		       const char *accept)
{
	return strspn(fathom_string(string, site), fathom_string(accept, site));
}

size_t __fathom_strcspn(const struct fathom_site *site, const char *string,
			const char *reject)
{
	return strcspn(fathom_string(string, site),
		       fathom_string(reject, site));
}

char *__fathom_strdup(const struct fathom_site *site, const char *string)
{
	return strdup(fathom_string(string, site));
}

char *__fathom_strndup(const struct fathom_site *site, const char *string,
		       size_t max)
{
	size_t length = fathom_string_length(string, max, site);

	return strndup(length ? fathom_access(string, length, site) : "",
		       length);
}
