/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* See server_renew.h. */
#include "server_renew.h"

#include <stdio.h>
#include <stdlib.h>

#include <fathom/report.h>

#include "event.h"
#include "server_commit.h"
#include "server_peers.h"
#include "server_tell.h"

void watch_server_carry(struct watch_server *server)
{
	const struct watch_authorized *all = server->settings->authorized;
	struct fathom_error *error = NULL;
	size_t i;

	for (i = 0; i < all->count && !error; i++) {
		json_t *event;

		if (!all->ids[i].origin.run[0])
			continue;
		event = watch_event_carried(&all->ids[i]);
		error = event ? watch_outputs_write_logs(
					server->settings->outputs, event)
			      : fathom_error_create(FATHOM_ERROR_NO_MEMORY,
						    "out of memory");
		json_decref(event);
	}
	server->dirty = true;
	if (error)
		watch_server_complain(error);
	watch_server_commit(server);
	/* Not before there is room for it. */
	server->carry = error || server->failing;
}

static void follow_logs(struct watch_server *server)
{
	struct fathom_error *error;
	bool moved;

	error = watch_outputs_move_on(server->settings->outputs, &moved);
	if (moved) {
		watch_server_tell_of_watcher(server, "log-continued", false,
					     "the log goes on in a new file");
		watch_server_carry(server);
	}
	if (error) {
		watch_server_tell_of_watcher(server, "log-not-continued", true,
					     error->message);
		watch_server_complain(error);
	}
}

/* Whoever is on the list before stays as he is, but for what is said of him. */
static void take_over(struct watch_server *server,
		      struct watch_authorized *list)
{
	const struct watch_authorized *before = server->settings->authorized;
	size_t i;

	for (i = 0; i < list->count; i++) {
		struct watch_ids *ids = &list->ids[i];
		const struct watch_ids *known =
			watch_authorized_find(before, ids->key);
		const struct watch_ids said = *ids;

		if (known) {
			*ids = *known;
			watch_ids_change(ids, &said, server->now);
			continue;
		}
		ids->tell = watch_server_tell_of_ids;
		ids->context = server;
		watch_ids_start(ids, server->now);
	}
}

static void tell_of_removed(struct watch_server *server,
			    const struct watch_authorized *list)
{
	const struct watch_authorized *before = server->settings->authorized;
	size_t i;

	for (i = 0; i < before->count; i++) {
		struct watch_notice notice = {
			.action = "ids-removed",
			.severity = FATHOM_NOTICE,
		};
		const struct watch_ids *ids = &before->ids[i];

		if (watch_authorized_find(list, ids->key))
			continue;
		snprintf(notice.message, sizeof(notice.message),
			 "%s: has been taken off the list", ids->name);
		watch_server_tell(server, ids, &notice);
	}
}

/* Who is not on the list has to go; who is to beat at another pace, as well:
 * it is told when it comes again. */
static void assign_peers(struct watch_server *server,
			 const struct watch_authorized *list)
{
	struct watch_peer *peer = server->peers;

	while (peer) {
		struct watch_peer *next = peer->next;
		const struct watch_ids *before = peer->ids;
		struct watch_ids *now = NULL;

		if (before)
			now = watch_authorized_find(list, before->key);
		if (now)
			peer->ids = now;
		if (before && (!now || now->required_interval_ms !=
					       before->required_interval_ms))
			watch_server_close_peer(server, peer);
		peer = next;
	}
}

static void renew_list(struct watch_server *server)
{
	const struct watch_settings *settings = server->settings;
	struct watch_authorized list;
	struct fathom_error *error;

	error = watch_authorized_read(settings->list, &list);
	if (error) {
		error = fathom_error_prefix(
			error, "the list of IDSes stays as it was");
		watch_server_tell_of_watcher(server, "list-refused", true,
					     error->message);
		watch_server_complain(error);
		return;
	}
	tell_of_removed(server, &list);
	take_over(server, &list);
	assign_peers(server, &list);
	free(settings->authorized->ids);
	*settings->authorized = list;
	watch_server_bound_strangers(server);
	watch_server_tell_of_watcher(server, "list-read", false,
				     "the list of IDSes was read again");
}

void watch_server_renew(struct watch_server *server)
{
	if (!*server->settings->renew)
		return;
	*server->settings->renew = 0;
	watch_server_commit(server);
	follow_logs(server);
	renew_list(server);
}
