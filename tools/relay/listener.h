/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The sockets at which IDSes call.
 */
#ifndef FATHOM_RELAY_LISTENER_H
#define FATHOM_RELAY_LISTENER_H

#include <sys/types.h>

#include <fathom/error.h>

/**
 * Listen at @p path, which nobody may do already; a socket that is left over
 * is replaced, anything else there is an error. The folder is made if it is
 * missing (its parents are not).
 *
 * @param[in] mode,uid,gid The socket's. Nobody can connect before they are set.
 * @param[out] ret Non-blocking, for the caller to close.
 */
struct fathom_error *listener_open(const char *path, mode_t mode, uid_t uid,
				   gid_t gid, int *ret);

struct endpoint;

/**
 * Listen at a TCP address and port.
 *
 * @param[out] ret As above.
 */
struct fathom_error *listener_open_tcp(const struct endpoint *endpoint,
				       int *ret);

#endif /* FATHOM_RELAY_LISTENER_H */
