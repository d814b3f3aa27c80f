/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The file behind a QEMU guest's memory backend.
 */
#ifndef FATHOM_HOST_RAM_FILE_H
#define FATHOM_HOST_RAM_FILE_H

#include <sys/types.h>

#include <fathom/error.h>

#include "monitor.h"

/**
 * Open, read-only, the very file that process @p pid uses for @p backend,
 * whatever its path may lead to by now. Sets the descriptor in @p backend.
 */
struct fathom_error *ram_file_open(pid_t pid, struct ram_backend *backend);

#endif /* FATHOM_HOST_RAM_FILE_H */
