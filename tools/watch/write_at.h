/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * pwrite(2), until all is written.
 */
#ifndef FATHOM_WATCH_WRITE_AT_H
#define FATHOM_WATCH_WRITE_AT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/** @return False on failure, with errno; some of it may be written. */
bool watch_write_at(int fd, const char *bytes, size_t size, off_t at);

#endif /* FATHOM_WATCH_WRITE_AT_H */
