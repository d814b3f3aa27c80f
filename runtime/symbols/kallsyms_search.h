/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Finding kallsyms by its structure, in a piece of a kernel's image that
 * nobody has described.
 */
#ifndef FATHOM_RUNTIME_KALLSYMS_SEARCH_H
#define FATHOM_RUNTIME_KALLSYMS_SEARCH_H

#include <stddef.h>
#include <stdint.h>

#include <fathom/error.h>

#include "kallsyms.h"

/*
 * Characters that occur in symbol names keep their own code as a token, so
 * every token table holds its digits in a row. 20 bytes.
 */
#define FATHOM_KALLSYMS_DIGITS "0\0001\0002\0003\0004\0005\0006\0007\0008\0009"

/**
 * Find all the tables around a token table's digits.
 *
 * The order of the tables has changed over the years; what is relied on is
 * that the token index follows the token table, that the markers follow the
 * names and agree with them, and where relative_base is.
 *
 * @param[in] data A piece of the image, @p size bytes.
 * @param[in] digits Offset in @p data of FATHOM_KALLSYMS_DIGITS.
 * @param[in] address Virtual address of @p data, or 0 if unknown, which rules
 * out tables with place-relative offsets.
 * @param[in] base Of the kernel, or 0 if unknown: then any value in the range
 * of kernel text will do for relative_base.
 * @param[out] ret Points into @p data.
 * @param[out] num_syms Offset in @p data of kallsyms_num_syms.
 * @return FATHOM_ERROR_FORMAT if this is no kallsyms.
 */
struct fathom_error *fathom_kallsyms_search(const uint8_t *data, size_t size,
					    size_t digits, uint64_t address,
					    uint64_t base,
					    struct fathom_kallsyms *ret,
					    size_t *num_syms);

#endif /* FATHOM_RUNTIME_KALLSYMS_SEARCH_H */
