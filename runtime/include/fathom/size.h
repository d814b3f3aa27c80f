/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Sizes as people write them.
 */
#ifndef FATHOM_SIZE_H
#define FATHOM_SIZE_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/** "4096", "512K", "64M", "1G" in bytes; false if @p text is none. */
static inline bool fathom_size_parse(const char *text, uint64_t *ret)
{
	static const char units[] = "KMGT";
	const char *unit;
	unsigned long long value;
	unsigned int shift = 0;
	char *end;

	/* strtoull() accepts a sign and spaces; we do not. */
	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	value = strtoull(text, &end, 10);
	unit = *end ? strchr(units, *end) : NULL;
	if (unit) {
		shift = 10 * (unsigned int)(unit - units + 1);
		end++;
	}
	if (errno || *end || value > UINT64_MAX >> shift)
		return false;
	*ret = (uint64_t)value << shift;
	return true;
}

#endif /* FATHOM_SIZE_H */
