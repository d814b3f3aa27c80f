/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * fathom-relay --listen shm:PATH: serving at shared memory, and at nothing
 * else.
 */
#ifndef FATHOM_RELAY_RING_RELAY_H
#define FATHOM_RELAY_RING_RELAY_H

#include <sys/types.h>

#include <fathom/error.h>

#include "options.h"
#include "ring_server.h"
#include "server.h"

/** The file that is to be served in; NULL if sockets are. */
const char *ring_relay_path(const struct options *options);

/**
 * Open the file and lay it out. Signals that end the server come through from
 * now on.
 *
 * @param[in] settings As for sockets; of the way to the agent, and of signals.
 * @param[in] uid,gid The file's, if it is to be made.
 * @param[out] ret To be run once privileges are given up.
 */
struct fathom_error *ring_relay_create(const struct options *options,
				       const struct server_settings *settings,
				       uid_t uid, gid_t gid,
				       struct ring_server **ret);

#endif /* FATHOM_RELAY_RING_RELAY_H */
