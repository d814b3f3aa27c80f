/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Options that are numbers: see option_number.h. */
#include "option_number.h"

#include <errno.h>
#include <stdlib.h>

/* strtoul() accepts signs and spaces; we do not. */
unsigned int option_number(const char *option, const char *text, int base,
			   unsigned int lowest, unsigned int highest,
			   struct argp_state *state)
{
	unsigned long value;
	char *end;

	errno = 0;
	value = strtoul(text, &end, base);
	if (errno || *text < '0' || *text > '9' || *end || value < lowest ||
	    value > highest)
		argp_error(
			state,
			base == 8
				? "%s: `%s' is not an octal number of %o to %o"
				: "%s: `%s' is not a number of %u to %u",
			option, text, lowest, highest);
	return (unsigned int)value;
}
