/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * What a program does around its server: signals that end it, and its sockets.
 */
#ifndef FATHOM_RELAY_SERVE_H
#define FATHOM_RELAY_SERVE_H

#include <signal.h>
#include <sys/types.h>

#include <fathom/error.h>

#include "server.h"

/** Zero-initialise, and set @ref settings: the server's own part of them. */
struct serve {
	struct server_settings *settings;
	struct server *server;
	sigset_t waiting_mask;
};

/**
 * SIGTERM and SIGINT end the server: blocked from now on, and let through only
 * while it waits. Once in a process.
 */
void serve_catch_signals(struct serve *serve);

/** Listen at @p count endpoints. The rest is as endpoint_listen() has it. */
struct fathom_error *serve_listen(struct serve *serve, const char *const *where,
				  unsigned int count, mode_t mode, uid_t uid,
				  gid_t gid);

/** As server_create(); then serve_run() until it ends, which cleans up. */
struct fathom_error *serve_create(struct serve *serve);
struct fathom_error *serve_run(struct serve *serve);

#endif /* FATHOM_RELAY_SERVE_H */
