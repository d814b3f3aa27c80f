/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* See server_tell.h. */
#include "server_tell.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>

#include <fathom/report.h>

#include "event.h"
#include "key_file.h"

/* Strangers are told of so often, and otherwise counted. */
#define STRANGER_MS 10000

void watch_server_complain(struct fathom_error *error)
{
	warnx("%s", error->message);
	fathom_error_destroy(error);
}

bool watch_server_write_finding(struct watch_server *server, json_t *event)
{
	struct fathom_error *error;

	if (!event)
		return false;
	error = watch_outputs_write(server->settings->outputs, event);
	json_decref(event);
	server->dirty = true;
	if (!error)
		return true;
	watch_server_complain(error);
	return false;
}

static void write_notice(struct watch_server *server, json_t *event)
{
	struct fathom_error *error;

	if (!event)
		return;
	error = watch_outputs_write_notice(server->settings->outputs, event);
	json_decref(event);
	server->dirty = true;
	if (error)
		watch_server_complain(error);
}

static void run_hook(struct watch_server *server, const struct watch_ids *ids,
		     const char *action, const json_t *event)
{
	char *line = json_dumps(event, JSON_COMPACT);
	char about[REPORT_NAME_SIZE + 64];

	snprintf(about, sizeof(about), "%s %s", ids ? ids->name : "", action);
	if (line)
		watch_hook_run(server->settings->hook, about, line,
			       server->now);
	free(line);
}

void watch_server_tell(struct watch_server *server, const struct watch_ids *ids,
		       const struct watch_notice *notice)
{
	json_t *event = watch_event_notice(ids, notice);

	if (event && notice->alert && server->settings->hook->path)
		run_hook(server, ids, notice->action, event);
	write_notice(server, event);
}

void watch_server_tell_of_ids(void *context, const struct watch_ids *ids,
			      const struct watch_notice *notice)
{
	watch_server_tell(context, ids, notice);
}

void watch_server_tell_of_watcher(struct watch_server *server,
				  const char *action, bool alert,
				  const char *text)
{
	struct watch_notice notice = {
		.action = action,
		.alert = alert,
		.severity = alert ? FATHOM_WARNING : FATHOM_INFORMATION,
	};

	snprintf(notice.message, sizeof(notice.message), "%s", text);
	watch_server_tell(server, NULL, &notice);
}

void watch_server_tell_of_stranger(struct watch_server *server,
				   const struct watch_peer *peer)
{
	char key[FATHOM_KEY_TEXT_LENGTH + 1];
	char text[256];

	server->refused++;
	if (server->refused_at &&
	    server->now - server->refused_at < STRANGER_MS)
		return;
	fathom_key_encode(peer->key, key);
	snprintf(
		text, sizeof(text),
		"somebody whose key is not authorized has come from %s: %s (refused so far: %llu)",
		peer->address, key, (unsigned long long)server->refused);
	server->refused_at = server->now;
	watch_server_tell_of_watcher(server, "ids-unknown", true, text);
}
