/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * A sign of life on the terminal while something takes long.
 */
#ifndef FATHOM_TOOLS_PROGRESS_H
#define FATHOM_TOOLS_PROGRESS_H

struct progress;

/**
 * From two seconds on, show @p text and the seconds gone by on standard error,
 * if that is a terminal.
 *
 * @param[in] text Must stay valid until @ref progress_end().
 * @return NULL if nothing is to be shown.
 */
struct progress *progress_begin(const char *text);

/** Erase the line. NULL does nothing. */
void progress_end(struct progress *progress);

#endif /* FATHOM_TOOLS_PROGRESS_H */
