/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The undefined symbols a linker complains about.
 */
#ifndef FATHOM_TOOLS_UNDEFINED_SYMBOLS_H
#define FATHOM_TOOLS_UNDEFINED_SYMBOLS_H

struct argument_list;

/**
 * Find the names in what ld.bfd, gold, lld or mold said.
 *
 * @param[in] text Complete lines, with a NUL at the end.
 * @param[out] names Each is appended once.
 */
void undefined_symbols_find(const char *text, struct argument_list *names);

#endif /* FATHOM_TOOLS_UNDEFINED_SYMBOLS_H */
