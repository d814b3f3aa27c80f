/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Options of servers that are numbers.
 */
#ifndef FATHOM_RELAY_OPTION_NUMBER_H
#define FATHOM_RELAY_OPTION_NUMBER_H

#include <argp.h>

/**
 * The number, in @p base 8 or 10, that is @p text, from @p lowest to
 * @p highest; anything else is wrong usage (argp_error()) of @p option.
 */
unsigned int option_number(const char *option, const char *text, int base,
			   unsigned int lowest, unsigned int highest,
			   struct argp_state *state);

#endif /* FATHOM_RELAY_OPTION_NUMBER_H */
