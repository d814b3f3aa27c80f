/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Numbers in strings that may be the target's: see abi.h. */
#include <stdlib.h>

#include "access.h"
#include "libc_prototypes.h"
#include "remote_string.h"

int __fathom_atoi(const struct fathom_site *site, const char *string)
{
	return atoi(fathom_string(string, site));
}

long __fathom_atol(const struct fathom_site *site, const char *string)
{
	return atol(fathom_string(string, site));
}

/*
 * The end points into the string that was given, not into a copy of it. Where
 * it goes to is checked before errno is touched.
 */
#define DEFINE_CONVERSION(type, name)                                        \
	type __fathom_##name(const struct fathom_site *site,                 \
			     const char *string, char **end, int base)       \
	{                                                                    \
		const char *copy = fathom_string(string, site);              \
		char *copy_end;                                              \
		char **end_room = NULL;                                      \
		type ret;                                                    \
                                                                             \
		if (end)                                                     \
			end_room = fathom_writable(end, sizeof(*end), site); \
		ret = name(copy, &copy_end, base);                           \
		if (end)                                                     \
			*end_room = (char *)string + (copy_end - copy);      \
		return ret;                                                  \
	}

DEFINE_CONVERSION(long, strtol)
DEFINE_CONVERSION(unsigned long, strtoul)
DEFINE_CONVERSION(long long, strtoll)
DEFINE_CONVERSION(unsigned long long, strtoull)
