/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * fathom-relay --listen shm:PATH: serving at shared memory, and at nothing
 * else.
 */
#ifndef FATHOM_RELAY_RING_RELAY_H
#define FATHOM_RELAY_RING_RELAY_H

#include <signal.h>

#include <fathom/error.h>

#include "options.h"
#include "ring_server.h"

/** The file that @p listen names; NULL if it names none, or is NULL. */
const char *ring_relay_path(const char *listen);

/**
 * Open the file, give up all privileges, and serve until told to stop.
 *
 * @param[in] path Of the file.
 * @param[in] settings But for the area.
 * @param[in] waiting_mask The signals that stay blocked.
 */
struct fathom_error *ring_relay_serve(const char *path,
				      const struct options *options,
				      struct ring_server_settings *settings,
				      const sigset_t *waiting_mask);

#endif /* FATHOM_RELAY_RING_RELAY_H */
