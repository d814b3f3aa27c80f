/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The end of a tool that failed.
 */
#ifndef FATHOM_TOOLS_DIE_H
#define FATHOM_TOOLS_DIE_H

struct fathom_error;

/** Say what @p error is, destroy it and end the process with @p status. */
void die(int status, struct fathom_error *error) __attribute__((noreturn));

#endif /* FATHOM_TOOLS_DIE_H */
