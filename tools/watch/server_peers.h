/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The connections that the watcher has, and how many it may have.
 */
#ifndef FATHOM_WATCH_SERVER_PEERS_H
#define FATHOM_WATCH_SERVER_PEERS_H

#include "server_state.h"

/** As many as the process may have; the bound of the list is ours. */
void watch_server_bound_strangers(struct watch_server *server);

/** Take in newcomers; they may displace others who are strangers. */
void watch_server_accept(struct watch_server *server);

/** @param[in] how EPOLL_CTL_ADD or EPOLL_CTL_MOD. */
void watch_server_poll_peer(struct watch_server *server,
			    struct watch_peer *peer, int how);

/** What is left can be looked at until watch_server_free_closed(). */
void watch_server_close_peer(struct watch_server *server,
			     struct watch_peer *peer);

/** When nobody looks at those who have been closed. */
void watch_server_free_closed(struct watch_server *server);

#endif /* FATHOM_WATCH_SERVER_PEERS_H */
