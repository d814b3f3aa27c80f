/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * What somebody wrote into a log, and nobody has signed: it is kept, elsewhere.
 */
#ifndef FATHOM_WATCH_CHAIN_ASIDE_H
#define FATHOM_WATCH_CHAIN_ASIDE_H

#include <stdbool.h>
#include <sys/types.h>

#include <fathom/error.h>

/**
 * Cut a log, and add what is cut off to the file PATH.unsigned. On failure the
 * log is as it was.
 *
 * @param[in] fd The log's.
 * @param[in] size What it is cut to.
 * @param[out] some Whether there was anything behind it.
 */
struct fathom_error *watch_chain_put_aside(const char *path, int fd, off_t size,
					   bool *some);

#endif /* FATHOM_WATCH_CHAIN_ASIDE_H */
