/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Serving at shared memory: see ring_relay.h. */
#include "ring_relay.h"

#include <signal.h>
#include <string.h>

#include "ring_file.h"

const char *ring_relay_path(const struct options *options)
{
	const char *first = options->server.listen[0];
	size_t length = strlen(RELAY_SHARED_MEMORY);

	return strncmp(first, RELAY_SHARED_MEMORY, length) ? NULL
							   : first + length;
}

struct fathom_error *ring_relay_create(const struct options *options,
				       const struct server_settings *settings,
				       uid_t uid, gid_t gid,
				       struct ring_server **ret)
{
	const struct ring_file_settings file = {
		.size = ring_area_size(options->server.max_clients),
		.mode = options->server.mode,
		.uid = uid,
		.gid = gid,
	};
	struct ring_server_settings ring = {
		.idle_ms = settings->idle_ms,
		.max_message = settings->max_message,
		.max_reply = settings->max_reply,
		.exchange = settings->exchange,
		.context = settings->context,
		.stop = settings->stop,
	};
	struct fathom_error *error;
	void *memory;
	size_t size;

	error = ring_file_open(ring_relay_path(options), &file, &memory, &size);
	if (!error)
		error = ring_area_format(&ring.area, memory, size,
					 options->server.max_clients);
	if (!error)
		error = ring_server_create(&ring, ret);
	/* Between two looks any time is right for a signal. */
	if (!error)
		sigprocmask(SIG_SETMASK, settings->waiting_mask, NULL);
	return error;
}
