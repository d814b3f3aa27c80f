/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Times as people write them.
 */
#ifndef FATHOM_SECONDS_H
#define FATHOM_SECONDS_H

#include <stdbool.h>
#include <stdint.h>

/** Nobody waits for longer than a day. */
#define FATHOM_MAX_SECONDS 86400u

/**
 * "10" or "0.25" seconds in milliseconds; false if @p text is no such number,
 * or above FATHOM_MAX_SECONDS. What is below a millisecond is cut off.
 */
static inline bool fathom_seconds_parse(const char *text, uint32_t *ret)
{
	uint32_t ms = 0;
	uint32_t digit = 1000; /* what the next one counts for */
	bool fraction = false;

	if (*text < '0' || *text > '9')
		return false;
	for (; *text; text++) {
		if (*text == '.' && !fraction) {
			fraction = true;
			continue;
		}
		if (*text < '0' || *text > '9')
			return false;
		if (fraction)
			digit /= 10;
		ms = fraction ? ms + (uint32_t)(*text - '0') * digit
			      : ms * 10 + (uint32_t)(*text - '0') * 1000;
		if (ms > FATHOM_MAX_SECONDS * 1000)
			return false;
	}
	*ret = ms;
	return text[-1] != '.';
}

#endif /* FATHOM_SECONDS_H */
