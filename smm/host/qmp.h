/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * A client of the QEMU Machine Protocol over a Unix socket.
 */
#ifndef FATHOM_HOST_QMP_H
#define FATHOM_HOST_QMP_H

#include <stdint.h>
#include <sys/types.h>

#include <jansson.h>

#include <fathom/error.h>

struct qmp;

/**
 * Connect and negotiate.
 *
 * A QMP socket serves one client at a time, so waiting for the greeting may
 * mean waiting for another client to finish.
 *
 * @param[in] timeout_ms For everything done on this connection together.
 */
struct fathom_error *qmp_connect(const char *path, int timeout_ms,
				 struct qmp **ret);

/**
 * Negotiate on a connected socket.
 *
 * @param[in] fd Owned by the client afterwards, also when it fails.
 */
struct fathom_error *qmp_start(int fd, const char *path, int timeout_ms,
			       struct qmp **ret);

/** The process at the other end; an error if it is outside our namespace. */
struct fathom_error *qmp_peer(const struct qmp *qmp, pid_t *ret);

/**
 * Run a command.
 *
 * @param[in] arguments NULL if there are none; reference is taken over.
 * @param[out] ret The member "return"; the caller drops the reference.
 */
struct fathom_error *qmp_execute(struct qmp *qmp, const char *command,
				 json_t *arguments, json_t **ret);

/** Run a command of the human monitor; @p ret is freed by the caller. */
struct fathom_error *qmp_monitor(struct qmp *qmp, const char *command_line,
				 char **ret);

/** Close the connection. NULL does nothing. */
void qmp_close(struct qmp *qmp);

#endif /* FATHOM_HOST_QMP_H */
