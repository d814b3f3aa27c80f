/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * System.map: the symbols of a kernel as its build lists them.
 */
#ifndef FATHOM_RUNTIME_SYSTEM_MAP_H
#define FATHOM_RUNTIME_SYSTEM_MAP_H

#include <stddef.h>

#include <fathom/error.h>

#include "table.h"

/**
 * Parse the text of a System.map ("ffffffff81000000 T _text" a line).
 *
 * Addresses below the kernel's text are absolute (per-CPU offsets), all others
 * become relative to _text, so the map fits whatever the KASLR offset.
 *
 * @param[out] link_base Address of _text in the map.
 * @param[out] ret Released with free().
 * @return FATHOM_ERROR_FORMAT with the number of the bad line, or if there is
 * no _text.
 */
struct fathom_error *fathom_system_map_parse(const char *text, size_t size,
					     uint64_t *link_base,
					     struct fathom_table **ret);

/** The same of the file at @p path; errors name it. */
struct fathom_error *fathom_system_map_load(const char *path,
					    uint64_t *link_base,
					    struct fathom_table **ret);

#endif /* FATHOM_RUNTIME_SYSTEM_MAP_H */
