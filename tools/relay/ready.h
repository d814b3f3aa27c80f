/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Telling who started a server that it serves.
 */
#ifndef FATHOM_RELAY_READY_H
#define FATHOM_RELAY_READY_H

/**
 * Print a line on standard output, and tell systemd if it wants to know
 * (sd_notify(3)). To be called while the process may still open sockets.
 *
 * @param[in] where The @p count endpoints at which @p program listens.
 */
void ready_tell(const char *program, const char *const *where,
		unsigned int count);

/** Only the latter, for one whose standard output is for something else. */
void ready_tell_systemd(void);

#endif /* FATHOM_RELAY_READY_H */
