/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * See printable.h.
 */
#include "printable.h"

#include <stdio.h>
#include <string.h>

#include "memory.h"

char *printable(const char *text)
{
	char *result, *to;

	if (!text)
		return NULL;
	result = xreallocarray(NULL, strlen(text) + 1, strlen("\\xNN"));
	to = result;
	for (; *text; text++) {
		unsigned char byte = *text;

		if (byte >= ' ' && byte <= '~')
			*to++ = byte;
		else
			to += sprintf(to, "\\x%02x", byte);
	}
	*to = '\0';
	return result;
}
