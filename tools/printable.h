/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Text from a target is the attacker's: it may hold terminal escapes.
 */
#ifndef FATHOM_TOOLS_PRINTABLE_H
#define FATHOM_TOOLS_PRINTABLE_H

/**
 * A copy of @p text in which every byte that is not printable ASCII is
 * written as \xNN, hence also valid UTF-8 for JSON.
 *
 * @return Freed by the caller; NULL for NULL.
 */
char *printable(const char *text);

#endif /* FATHOM_TOOLS_PRINTABLE_H */
