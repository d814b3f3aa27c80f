/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * What libkdumpfile does not tell of a kdump file: CPU state, and whether the
 * file is complete.
 */
#ifndef FATHOM_HOST_KDUMP_HEADERS_H
#define FATHOM_HOST_KDUMP_HEADERS_H

#include "dump.h"

/**
 * Check architecture and completeness; take the CPUs, if there are any, into
 * @p source.
 */
struct fathom_error *kdump_check_headers(const struct dump_file *file,
					 struct emulator_source *source);

#endif /* FATHOM_HOST_KDUMP_HEADERS_H */
