/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * A QEMU guest seen from outside: its process, and its memory in files.
 */
#ifndef FATHOM_HOST_QEMU_GUEST_H
#define FATHOM_HOST_QEMU_GUEST_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <fathom/error.h>
#include <fathom/wire.h>

#include "monitor.h"
#include "qmp.h"
#include "segments.h"

/** For a connection to QMP, from its greeting to its last answer. */
#define QEMU_GUEST_TIMEOUT_MS 10000

struct qemu_guest {
	char *socket; /* QMP's */
	pid_t pid;
	int pidfd;
	struct ram_backend *backends;
	size_t backend_count;
	struct segments segments;
	/* The RAM they make up, to be freed or taken over by the caller. */
	struct fathom_wire_range *ranges;
	uint32_t range_count;
};

/** Zero-initialise @p guest before. To be cleared also when it fails. */
struct fathom_error *qemu_guest_init(struct qemu_guest *guest,
				     const char *socket);

/**
 * Learn what the guest is, on a first connection to its QMP. What is answered
 * on this connection afterwards comes from the process that is being watched.
 */
struct fathom_error *qemu_guest_load(struct qemu_guest *guest, struct qmp *qmp);

/** A further connection; an error if another QEMU has taken the socket over. */
struct fathom_error *qemu_guest_connect(struct qemu_guest *guest,
					struct qmp **ret);

/** An error if the guest's QEMU has ended. */
struct fathom_error *qemu_guest_alive(const struct qemu_guest *guest);

/**
 * A request that failed because QEMU ended under it shall say so: that error
 * in place of @p error, if it is one. NULL stays NULL.
 */
struct fathom_error *qemu_guest_prefer_gone(const struct qemu_guest *guest,
					    struct fathom_error *error);

/** Frees all but the ranges. */
void qemu_guest_clear(struct qemu_guest *guest);

#endif /* FATHOM_HOST_QEMU_GUEST_H */
