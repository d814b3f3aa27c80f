/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * "Did you mean ...?"
 */
#ifndef FATHOM_TOOLS_SUGGEST_H
#define FATHOM_TOOLS_SUGGEST_H

#include <stddef.h>

/**
 * Number of letters to insert, delete, replace or swap with their neighbour
 * to make @p b of @p a (optimal string alignment distance). Words longer than
 * 31 bytes are as different as can be.
 */
size_t suggest_distance(const char *a, const char *b);

#endif /* FATHOM_TOOLS_SUGGEST_H */
