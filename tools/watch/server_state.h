/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * What the parts of the watcher's server (server_*.c) share.
 */
#ifndef FATHOM_WATCH_SERVER_STATE_H
#define FATHOM_WATCH_SERVER_STATE_H

#include "peer.h"
#include "server.h"
#include "state_file.h"

struct watch_server {
	const struct watch_settings *settings;
	SSL_CTX *tls;
	int listener;
	int epoll;
	uint64_t now;		  /* ms */
	struct watch_peer *peers; /* newest first */
	struct watch_peer *oldest;
	struct watch_peer *closed; /* to be freed when nobody looks at them */
	size_t strangers;
	size_t max_strangers;
	bool dirty;	  /* something was written since the last commit */
	bool carry;	  /* new files of the log must be told what is known */
	bool failing;	  /* the last commit has failed */
	uint64_t tried;	  /* when that was */
	uint64_t refused; /* since strangers were last told of */
	uint64_t refused_at;
	struct watch_state_file *state;
	struct report_message message; /* last received, or to be sent */
	char line[REPORT_MAX_LINE];
};

#endif /* FATHOM_WATCH_SERVER_STATE_H */
