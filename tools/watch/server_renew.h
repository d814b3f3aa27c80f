/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * On SIGHUP: the list of IDSes is read again, logs that were moved go on.
 */
#ifndef FATHOM_WATCH_SERVER_RENEW_H
#define FATHOM_WATCH_SERVER_RENEW_H

#include "server_state.h"

/** If the settings say that it is to be done. */
void watch_server_renew(struct watch_server *server);

/**
 * A new file of the log says by itself what a watcher that is started again
 * must know: write that down. If it cannot be, the server's carry stays true.
 */
void watch_server_carry(struct watch_server *server);

#endif /* FATHOM_WATCH_SERVER_RENEW_H */
