/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * What an IDS says to the watcher, and what it is asked.
 */
#ifndef FATHOM_WATCH_SERVER_TALK_H
#define FATHOM_WATCH_SERVER_TALK_H

#include "server_state.h"

/** Do what can be done for a connection; close it when it is over. */
void watch_server_serve(struct watch_server *server, struct watch_peer *peer);

/** Ask for a heartbeat. @return False if the connection is to be closed. */
bool watch_server_challenge(struct watch_server *server,
			    struct watch_peer *peer);

#endif /* FATHOM_WATCH_SERVER_TALK_H */
