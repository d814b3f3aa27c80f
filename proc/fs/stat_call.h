/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * stat(2) of a link in /proc, which follows it: to a file of the target.
 */
#ifndef FATHOMFS_STAT_CALL_H
#define FATHOMFS_STAT_CALL_H

#include <stdbool.h>
#include <stddef.h>

/* What stat(2) or statx(2) writes. */
#define STAT_CALL_MAX 256

/** Whether stat_call() may have to ask the target about @p path. */
bool stat_call_asks(const char *path);

/**
 * @param[in] path As the caller gave it.
 * @param[in] extended The call is statx(2).
 * @param[out] buffer STAT_CALL_MAX bytes, for the caller.
 * @param[out] size How many of them.
 * @return 1 if the path is none of those links, else 0 or an errno negated.
 */
int stat_call(const char *path, bool extended, void *buffer, size_t *size);

#endif /* FATHOMFS_STAT_CALL_H */
