/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * An agent by way of a relay that shares memory with us.
 */
#ifndef FATHOM_HOST_TRANSPORT_SHM_H
#define FATHOM_HOST_TRANSPORT_SHM_H

#include <fathom/transport.h>

/** How long to wait, in milliseconds. */
struct transport_shm_limits {
	/* For one message and its reply: as TRANSPORT_RELAY_TIMEOUT_MS. */
	unsigned int exchange_ms;
	/*
	 * For a sign of life. A relay that serves gives some hundred a second,
	 * but its machine may be a busy one.
	 */
	unsigned int dead_ms;
};

#define TRANSPORT_SHM_EXCHANGE_MS 20000u
#define TRANSPORT_SHM_DEAD_MS	  5000u

/** As fathom_transport_open_shm(). */
struct fathom_error *
transport_shm_open(const char *path, const struct transport_shm_limits *limits,
		   struct fathom_transport **ret);

#endif /* FATHOM_HOST_TRANSPORT_SHM_H */
