/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Where to listen, and whom to call: unix:PATH or tcp:ADDRESS:PORT.
 */
#ifndef FATHOM_RELAY_ENDPOINT_H
#define FATHOM_RELAY_ENDPOINT_H

#include <stdbool.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <fathom/error.h>

struct endpoint {
	const char *text; /* as the user wrote it; not copied */
	struct sockaddr_storage address;
	socklen_t size;
};

/**
 * Understand "unix:PATH", "tcp:ADDRESS:PORT", or the latter without its scheme.
 *
 * @param[in] text Must outlive @p ret.
 */
struct fathom_error *endpoint_parse(const char *text, struct endpoint *ret);

/** Whether it is a Unix socket; endpoint_path() is its path then. */
bool endpoint_is_unix(const struct endpoint *endpoint);
const char *endpoint_path(const struct endpoint *endpoint);

/**
 * Begin to connect a new, non-blocking socket.
 *
 * @param[out] ret For the caller to close. It may not be connected yet: sending
 * and receiving tell.
 */
struct fathom_error *endpoint_connect(const struct endpoint *endpoint,
				      int *ret);

/**
 * Listen there. @p mode, @p uid and @p gid are for Unix sockets only.
 *
 * @param[out] ret Non-blocking, for the caller to close.
 */
struct fathom_error *endpoint_listen(const struct endpoint *endpoint,
				     mode_t mode, uid_t uid, gid_t gid,
				     int *ret);

#endif /* FATHOM_RELAY_ENDPOINT_H */
