/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The part of /sys/module that says what /proc/modules says: lsmod(8) takes
 * the names from the one and the rest from the other.
 */
#ifndef FATHOMFS_MODULES_H
#define FATHOMFS_MODULES_H

#include <stddef.h>

/**
 * Make the folder @p path and fill it. A failure ends the process with a
 * message.
 *
 * @param[in] text What /proc/modules says; need not be terminated.
 */
void modules_write(const char *path, const char *text, size_t size);

#endif /* FATHOMFS_MODULES_H */
