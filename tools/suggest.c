/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * See suggest.h.
 */
#include "suggest.h"

#include <stdint.h>
#include <string.h>
#include <sys/param.h>

#define LONGEST_WORD 31

size_t suggest_distance(const char *a, const char *b)
{
	size_t cost[LONGEST_WORD + 1][LONGEST_WORD + 1];
	size_t a_length = strlen(a), b_length = strlen(b);

	if (a_length > LONGEST_WORD || b_length > LONGEST_WORD)
		return SIZE_MAX;
	for (size_t i = 0; i <= a_length; i++)
		cost[i][0] = i;
	for (size_t j = 0; j <= b_length; j++)
		cost[0][j] = j;

	for (size_t i = 1; i <= a_length; i++) {
		for (size_t j = 1; j <= b_length; j++) {
			size_t replaced =
				cost[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
			size_t shifted = MIN(cost[i - 1][j], cost[i][j - 1]);

			cost[i][j] = MIN(replaced, shifted + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				cost[i][j] =
					MIN(cost[i][j], cost[i - 2][j - 2] + 1);
		}
	}
	return cost[a_length][b_length];
}
