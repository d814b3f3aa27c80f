/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * `--listen shm:PATH`: serving at shared memory, and at nothing else.
 */
#ifndef FATHOM_RELAY_RING_SERVE_H
#define FATHOM_RELAY_RING_SERVE_H

#include <sys/types.h>

#include <fathom/error.h>

#include "ring_server.h"
#include "server.h"
#include "server_options.h"

/** The file that is to be served in; NULL if sockets are. */
const char *ring_serve_path(const struct server_options *options);

/** Shared memory that nobody else of this machine serves in. */
struct ring_memory {
	void *bytes;
	size_t size;
};

/** Map the file. @param[in] uid,gid The file's, if it is to be made. */
struct fathom_error *ring_serve_open(const struct server_options *options,
				     uid_t uid, gid_t gid,
				     struct ring_memory *ret);

/**
 * Lay it out. Signals that end the server come through from now on.
 *
 * @param[in] settings As for sockets; of the way to the agent, and of signals.
 * @param[out] ret To be run once privileges are given up.
 */
struct fathom_error *ring_serve_create(const struct server_options *options,
				       const struct server_settings *settings,
				       const struct ring_memory *memory,
				       struct ring_server **ret);

#endif /* FATHOM_RELAY_RING_SERVE_H */
