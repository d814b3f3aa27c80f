/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * What the watcher says, to its outputs, its hook and standard error.
 */
#ifndef FATHOM_WATCH_SERVER_TELL_H
#define FATHOM_WATCH_SERVER_TELL_H

#include "server_state.h"

/** On standard error. @param[in] error Taken over. */
void watch_server_complain(struct fathom_error *error);

/** @param[in] event Taken over. @return False if it is not written. */
bool watch_server_write_finding(struct watch_server *server, json_t *event);

/**
 * To the outputs and, if it is an alarm, the hook.
 *
 * @param[in] ids Whom it is about; NULL: nobody, or the watcher.
 */
void watch_server_tell(struct watch_server *server, const struct watch_ids *ids,
		       const struct watch_notice *notice);

/** The same, for ids.h. @param[in] context The server. */
void watch_server_tell_of_ids(void *context, const struct watch_ids *ids,
			      const struct watch_notice *notice);

/** A notice, or an alarm, of the watcher's own. */
void watch_server_tell_of_watcher(struct watch_server *server,
				  const char *action, bool alert,
				  const char *text);

/** Anybody can come with any key: that must not fill the log. */
void watch_server_tell_of_stranger(struct watch_server *server,
				   const struct watch_peer *peer);

#endif /* FATHOM_WATCH_SERVER_TELL_H */
