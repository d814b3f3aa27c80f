/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * An agent by way of a relay that shares memory with us.
 */
#ifndef FATHOM_HOST_TRANSPORT_SHM_H
#define FATHOM_HOST_TRANSPORT_SHM_H

#include <fathom/transport.h>

/**
 * How long a relay may give no sign of life. One that serves gives some hundred
 * a second, but its machine may be a busy one.
 */
#define TRANSPORT_SHM_DEAD_MS 5000u

/** As fathom_transport_open_shm(). @param[in] dead_ms As above. */
struct fathom_error *
transport_shm_open(const char *path,
		   const struct fathom_transport_patience *patience,
		   unsigned int dead_ms, struct fathom_transport **ret);

#endif /* FATHOM_HOST_TRANSPORT_SHM_H */
