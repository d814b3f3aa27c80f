/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * One of the functions of <fathom/ids.h>, which is for programs only.
 */
#ifndef FATHOM_SYMBOL_NAME_H
#define FATHOM_SYMBOL_NAME_H

/** Name of the target's symbol that starts at @p address, or NULL. */
const char *__fathom_symbol_name(unsigned long address);

#endif /* FATHOM_SYMBOL_NAME_H */
